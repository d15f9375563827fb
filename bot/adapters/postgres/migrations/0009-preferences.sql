-- Who should rather take an entry. Levels: skill -> 1 (learning), 2, 3 (expert); a skill that is not named counts as 2.
alter table agents add column levels jsonb not null default '{}';

alter table queue_entries
  -- The agent who had this customer last, when he is wanted.
  add column last_agent    text collate "C",
  -- Set when the first who could have taken it left it to somebody better suited; from then on anybody may.
  add column prefer_until  timestamptz;

-- How well an agent suits an entry as a person: having had the customer last counts more than any wanted manner.
create function suits(p_agent text, p_manners text[], p_last_agent text, p_wanted text[]) returns integer language sql immutable as $$
  select case when p_agent = p_last_agent then 10 else 0 end
       + (select count(*)::integer from unnest(p_wanted) as w(manner) where w.manner = any(p_manners))
$$;

create function level_of(p_levels jsonb, p_skill text) returns integer language sql immutable as $$
  select coalesce((p_levels ->> p_skill)::integer, 2)
$$;

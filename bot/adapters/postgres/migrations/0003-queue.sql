-- The phone queue. Order of service: lane, then deadline, then id, all of them static columns, so that an index holds the order.

create table queue_entries (
  id           text collate "C" primary key,
  case_id      text collate "C" not null references cases,
  skill        text collate "C" not null,
  language     text collate "C" not null,
  priority     text not null check (priority in ('critical', 'high', 'normal', 'low')),
  modifiers    text[] not null,
  lane         smallint not null check (lane between 0 and 2),
  state        text not null check (state in ('waiting', 'offered', 'connected', 'done', 'abandoned')),
  joined_at    timestamptz not null,
  due_at       timestamptz not null,
  agent_id     text collate "C",
  lease_until  timestamptz,
  lease_ms     integer,
  -- By the database's own clock: tells leases taken before its last start from later ones.
  leased_at    timestamptz,
  fence        integer not null,
  attempt      integer not null,
  accepted_at  timestamptz,
  finished_at  timestamptz,
  disposition  text,
  check (state not in ('offered', 'connected') or (agent_id is not null and lease_until is not null and lease_ms is not null and leased_at is not null)),
  check (state <> 'waiting' or (agent_id is null and lease_until is null))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500, autovacuum_analyze_scale_factor = 0.02);

create unique index queue_entries_open_once on queue_entries (case_id) where state in ('waiting', 'offered', 'connected');
create index queue_entries_waiting on queue_entries (skill, language, lane, due_at, id) where state = 'waiting';
create index queue_entries_in_order on queue_entries (lane, due_at, id) where state = 'waiting';
create index queue_entries_leased on queue_entries (lease_until) where state in ('offered', 'connected');
create index queue_entries_held on queue_entries (agent_id) where state in ('offered', 'connected');
create index queue_entries_handled on queue_entries (skill, finished_at desc) where state = 'done' and accepted_at is not null;
create index queue_entries_of_case on queue_entries (case_id, joined_at);

-- A lease runs by the caller's clock. When the database itself was away nobody could renew: a lease from before its last start holds for
-- one more lease from that start on, or a live call would be given to somebody else (queue design, "DB away 20 s with a live call held").
create function lease_holds(p_until timestamptz, p_leased_at timestamptz, p_lease_ms integer, p_now timestamptz)
returns boolean language sql stable as $$
  select p_until >= p_now
      or (p_leased_at <= pg_postmaster_start_time()
          and now() <= pg_postmaster_start_time() + p_lease_ms * interval '1 millisecond')
$$;

-- Whether somebody may take one more. Two claims of one agent at the same moment must not both pass this count, so he is locked first, until
-- the claim commits. A function, because its count sees what was committed while it waited for the lock; the statement that calls it does not.
create function has_a_free_hand(p_agent text, p_capacity integer, p_now timestamptz) returns boolean language plpgsql as $$
begin
  perform pg_advisory_xact_lock(19028, hashtext(p_agent));
  return p_capacity > (
    select count(*) from queue_entries e
     where e.agent_id = p_agent and e.state in ('offered', 'connected') and lease_holds(e.lease_until, e.leased_at, e.lease_ms, p_now)
  );
end $$;

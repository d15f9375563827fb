-- Callbacks: at the end of the longest hold, asked for, or agreed at joining. A callback belongs to one queue entry and never has a life of
-- its own: whatever happens to the entry happens to it in the same transaction.

alter table queue_entries
  -- Nobody is held in the line longer: then a callback is made. Null out of hours.
  add column hold_until   timestamptz,
  -- The customer was told that he is held no longer than that, and rung by `final_by`.
  add column promised     boolean not null default false,
  add column final_by     timestamptz,
  -- Out of the line until then (a callback at a later time, or the gap after a missed one).
  add column parked_until timestamptz,
  add column callback_id  text collate "C",
  -- What was said about the wait when it joined, in seconds, and what the replay alone said: to be compared with what came.
  add column told_low     integer,
  add column told_high    integer,
  add column guess_low    integer,
  add column guess_high   integer,
  drop constraint queue_entries_state_check,
  add constraint queue_entries_state_check
    check (state in ('waiting', 'parked', 'offered', 'connected', 'done', 'abandoned', 'expired')),
  add check (state <> 'parked' or (agent_id is null and lease_until is null and parked_until is not null and callback_id is not null));

drop index queue_entries_open_once;
create unique index queue_entries_open_once on queue_entries (case_id) where state in ('waiting', 'parked', 'offered', 'connected');
create index queue_entries_hold on queue_entries (hold_until) where state = 'waiting' and callback_id is null and hold_until is not null;
create index queue_entries_final on queue_entries (final_by) where state = 'waiting' and lane = 2 and final_by is not null;
create index queue_entries_told on queue_entries (accepted_at desc) where told_high is not null and accepted_at is not null;
create index queue_entries_joined on queue_entries (joined_at);

create table callbacks (
  id           text collate "C" primary key,
  -- One for each entry, for ever.
  entry_id     text collate "C" not null unique references queue_entries,
  case_id      text collate "C" not null references cases,
  kind         text not null check (kind in ('promise', 'asked', 'honest')),
  state        text not null check (state in ('scheduled', 'due', 'dialling', 'connected', 'missed', 'done', 'cancelled', 'expired')),
  -- Null: the number is not known yet; the case's is taken once there is one.
  phone        text,
  promised     boolean not null,
  -- The customer is not rung before this, should be rung by the next, and is not rung after the last.
  starts_at    timestamptz not null,
  due_by       timestamptz not null,
  deadline     timestamptz not null,
  warn_at      timestamptz not null,
  attempts     integer not null default 0,
  next_try_at  timestamptz,
  dial_by      text collate "C",
  dial_until   timestamptz,
  -- When it was dialled first: decides whether it was kept.
  dialled_at   timestamptz,
  warned_at    timestamptz,
  breached_at  timestamptz,
  finished_at  timestamptz,
  reason       text,
  -- The agent says the first; the customer may ask for the second.
  says         text not null,
  answers      text not null,
  created_at   timestamptz not null,
  check ((state = 'dialling') = (dial_until is not null)),
  check (state <> 'missed' or next_try_at is not null)
);
create index callbacks_next on callbacks ((coalesce(next_try_at, starts_at))) where state in ('scheduled', 'missed');
create index callbacks_dialling on callbacks (dial_until) where state = 'dialling';
create index callbacks_to_warn on callbacks (warn_at) where warned_at is null and dialled_at is null and state in ('scheduled', 'due', 'missed');
create index callbacks_to_breach on callbacks (due_by) where breached_at is null and dialled_at is null and state in ('scheduled', 'due', 'missed');
create index callbacks_to_expire on callbacks (deadline) where state in ('scheduled', 'due', 'missed');
create index callbacks_of_case on callbacks (case_id, created_at desc, id desc);
create index callbacks_newest on callbacks (created_at desc, id desc);
create index callbacks_at on callbacks (starts_at) where kind = 'asked' and state in ('scheduled', 'due', 'missed', 'dialling');

create table callback_attempts (
  callback_id  text collate "C" not null references callbacks,
  attempt      integer not null,
  -- The telephone channel of this attempt: a second dial of the same attempt cannot have one.
  channel_id   text collate "C" not null unique,
  by           text collate "C" not null,
  dialled_at   timestamptz not null,
  outcome      text check (outcome in ('answered', 'missed', 'lost')),
  primary key (callback_id, attempt)
);

-- Numbers nobody rings.
create table do_not_call (
  phone  text collate "C" primary key,
  at     timestamptz not null,
  who    text not null,
  reason text not null
);

-- Whether one more callback may be agreed for that time. Two at once must not both pass the count, so the pool is locked until the commit; a
-- function, because its count sees what was committed while it waited.
create function slot_is_free(p_skill text, p_language text, p_from timestamptz, p_to timestamptz, p_most integer) returns boolean language plpgsql as $$
begin
  perform pg_advisory_xact_lock(19029, hashtext(p_skill || ' ' || p_language));
  return p_most > (
    select count(*) from callbacks c join queue_entries e on e.id = c.entry_id
     where c.kind = 'asked' and c.state in ('scheduled', 'due', 'missed', 'dialling') and c.starts_at >= p_from and c.starts_at < p_to
       and e.skill = p_skill and e.language = p_language
  );
end $$;

-- p_row: the callback's row as it is after the change.
create function record_callback(p_type text, p_at timestamptz, p_row jsonb, p_data jsonb) returns bigint language sql as $$
  select record_event(p_type, p_at, p_row ->> 'case_id', (select v.conversation_id from cases v where v.id = p_row ->> 'case_id'), p_row ->> 'entry_id',
    jsonb_build_object('callback', p_row -> 'id', 'kind', p_row -> 'kind', 'attempt', p_row -> 'attempts', 'dueBy', p_row -> 'due_by',
      'promised', p_row -> 'promised') || p_data)
$$;

-- The callback follows its entry, on whatever way that was changed.
create function callback_follows_entry() returns trigger language plpgsql as $$
declare
  v_callback callbacks;
begin
  if new.state = 'connected' then
    update callbacks c set state = 'connected', dial_until = null, next_try_at = null, attempts = greatest(c.attempts, 1),
           dial_by = new.agent_id, dialled_at = coalesce(c.dialled_at, new.accepted_at)
     where c.id = new.callback_id and c.state in ('scheduled', 'due', 'missed', 'dialling') returning c.* into v_callback;
    if found then
      update callback_attempts a set outcome = 'answered' where a.callback_id = v_callback.id and a.attempt = v_callback.attempts;
      perform record_callback('callback.answered', new.accepted_at, to_jsonb(v_callback), jsonb_build_object('by', new.agent_id));
    end if;
  elsif new.state in ('waiting', 'offered') and old.state in ('offered', 'connected') then
    -- Given back, or the holder's lease ran out and somebody else has it. A dial that still rings keeps its own lease.
    update callbacks c set state = 'due' where c.id = new.callback_id and c.state = 'connected';
  elsif new.state in ('done', 'abandoned', 'expired') then
    update callbacks c set state = case new.state when 'done' then 'done' when 'abandoned' then 'cancelled' else 'expired' end,
           dial_until = null, next_try_at = null, finished_at = coalesce(c.finished_at, new.finished_at),
           reason = coalesce(c.reason, case new.state when 'done' then new.disposition when 'abandoned' then 'left' else 'unreached' end)
     where c.id = new.callback_id and c.state not in ('done', 'cancelled', 'expired') returning c.* into v_callback;
    if found then
      perform record_callback(case new.state when 'done' then 'callback.done' when 'abandoned' then 'callback.cancelled' else 'callback.expired' end,
        new.finished_at, to_jsonb(v_callback), jsonb_build_object('reason', v_callback.reason));
    end if;
  end if;
  return null;
end $$;
create trigger callback_follows_entry after update of state on queue_entries
  for each row when (new.callback_id is not null and old.state is distinct from new.state) execute function callback_follows_entry();

-- A case that is solved leaves the line: nobody is rung about it.
create function entry_follows_case() returns trigger language plpgsql as $$
declare
  v_entry queue_entries;
begin
  update queue_entries e set state = 'abandoned', finished_at = new.updated_at, parked_until = null
   where e.case_id = new.id and e.state in ('waiting', 'parked') returning e.* into v_entry;
  if found then
    perform record_event('entry.abandoned', new.updated_at, new.id, new.conversation_id, v_entry.id,
      jsonb_build_object('fence', v_entry.fence, 'skill', v_entry.skill, 'language', v_entry.language, 'reason', 'solved'));
  end if;
  return null;
end $$;
create trigger entry_follows_case after update of status on cases
  for each row when (new.status in ('resolved', 'closed') and old.status is distinct from new.status) execute function entry_follows_case();

-- Overflow staff (supervisors, another site): critical calls and promises at risk only.
alter table agents add column overflow boolean not null default false;

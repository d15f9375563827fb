-- Cases, and the log of everything that happened.

create table cases (
  id               text collate "C" primary key,
  code             text collate "C" not null unique,
  version          integer not null,
  status           text not null check (status in ('open', 'queued', 'in_progress', 'waiting_customer', 'resolved', 'closed')),
  priority         text not null check (priority in ('critical', 'high', 'normal', 'low')),
  reasons          jsonb not null,
  skill            text not null,
  modifiers        text[] not null,
  language         text not null,
  channel          text not null,
  customer_id      text,
  customer         jsonb not null,
  customer_phone   text,
  conversation_id  text collate "C" references conversations,
  intent           text not null,
  mood             jsonb not null,
  facts            jsonb not null,
  missing          text[] not null,
  summary          jsonb not null,
  promise          jsonb not null,
  disposition      text,
  notes            jsonb not null,
  created_at       timestamptz not null,
  updated_at       timestamptz not null
);
create index cases_newest on cases (updated_at desc, id desc);
create index cases_by_status on cases (status, updated_at desc, id desc);
create index cases_of_customer on cases (customer_id, created_at) where customer_id is not null;
create index cases_of_phone on cases (customer_phone, created_at) where customer_phone is not null;
create index cases_of_conversation on cases (conversation_id) where conversation_id is not null;
-- One open case per conversation.
create unique index cases_open_once on cases (conversation_id) where status not in ('resolved', 'closed');

create sequence event_ids as bigint;
create table events (
  id               bigint primary key,
  type             text not null,
  at               timestamptz not null,
  case_id          text collate "C" references cases,
  conversation_id  text collate "C",
  entry_id         text collate "C",
  data             jsonb not null
);
create index events_of_case on events (case_id, id) where case_id is not null;

-- Events are read by "everything after number n", but numbers are drawn before their transactions commit: 12 may be visible before 11.
-- A reader that took 12 would never see 11. So each writing transaction leaves, before it draws its first number, the number from which
-- on its events may come, as an advisory lock (shared: it never makes anybody wait) that ends with it; readers stop before the lowest.
-- Key: 0x4A54 in the upper 16 bits, the number in the lower 48.
create function record_event(p_type text, p_at timestamptz, p_case text, p_conversation text, p_entry text, p_data jsonb)
returns bigint language plpgsql as $$
declare
  v_last bigint;
  v_id bigint;
begin
  if coalesce(current_setting('jietong.event_floor', true), '') = '' then
    select case when is_called then last_value else last_value - 1 end into v_last from event_ids;
    perform pg_advisory_xact_lock_shared((19028::bigint << 48) | v_last);
    perform set_config('jietong.event_floor', v_last::text, true);
  end if;
  v_id := nextval('event_ids');
  insert into events (id, type, at, case_id, conversation_id, entry_id, data)
  values (v_id, p_type, p_at, p_case, p_conversation, p_entry, p_data);
  return v_id;
end $$;

-- The last number below which nothing can appear any more. To be read in a statement of its own, before the events themselves.
-- The order matters: first the sequence, then the locks. Whoever locks after that draws a higher number.
create function last_settled_event() returns bigint language plpgsql as $$
declare
  v_last bigint;
  v_floor bigint;
begin
  select case when is_called then last_value else last_value - 1 end into v_last from event_ids;
  select min(((classid::bigint & 65535) << 32) | objid::bigint) into v_floor
    from pg_locks
   where locktype = 'advisory' and objsubid = 1 and classid::bigint >> 16 = 19028
     and database = (select oid from pg_database where datname = current_database());
  return least(v_last, v_floor);
end $$;

-- Conversations, the log of what was said, and the record of each turn.

create table conversations (
  id          text collate "C" primary key,
  channel     text not null,
  user_id     text not null,
  identity    jsonb,
  state       jsonb not null,
  version     integer not null,
  last_seq    integer not null default 0,
  created_at  timestamptz not null,
  updated_at  timestamptz not null
) with (fillfactor = 70);

create table turns (
  id               text collate "C" primary key,
  conversation_id  text collate "C" not null references conversations,
  at               timestamptz not null,
  took             integer[] not null,
  understanding    jsonb not null,
  decision         jsonb not null,
  milliseconds     double precision not null
);
create index turns_of_conversation on turns (conversation_id, at, id);

create table activities (
  conversation_id  text collate "C" not null references conversations,
  seq              integer not null,
  external_id      text collate "C",
  awaits_turn      boolean not null,
  turn_id          text collate "C" references turns,
  activity         jsonb not null,
  primary key (conversation_id, seq)
);
create unique index activities_once on activities (conversation_id, external_id) where external_id is not null;
create index activities_pending on activities (conversation_id, seq) where awaits_turn and turn_id is null;

-- The one call that receives. It numbers without gaps: the conversation's row is locked first, and a repeat gives its number back.
-- A function and not one statement with a CTE, because each statement in here sees what was committed while it waited for the lock.
-- `logged` is null when there is no such conversation.
create function append_activity(
  in p_conversation text, in p_external text, in p_awaits boolean, in p_activity jsonb, in p_at timestamptz,
  out logged integer, out activity_id text, out repeated boolean
) language plpgsql as $$
begin
  update conversations c set last_seq = c.last_seq + 1, updated_at = greatest(c.updated_at, p_at)
   where c.id = p_conversation returning c.last_seq into logged;
  if not found then
    return;
  end if;
  insert into activities (conversation_id, seq, external_id, awaits_turn, activity)
  values (p_conversation, logged, p_external, p_awaits, p_activity)
  on conflict (conversation_id, external_id) where external_id is not null do nothing;
  repeated := not found;
  activity_id := p_activity ->> 'id';
  if repeated then
    update conversations c set last_seq = c.last_seq - 1 where c.id = p_conversation;
    select a.seq, a.activity ->> 'id' into logged, activity_id
      from activities a where a.conversation_id = p_conversation and a.external_id = p_external;
  else
    perform pg_notify('jietong_log', p_conversation);
  end if;
end $$;

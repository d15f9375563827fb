-- People at the desk, timers, files, and what keeps a repeated request from being done twice.

create table agents (
  id             text collate "C" primary key,
  name           text not null,
  role           text not null check (role in ('agent', 'supervisor')),
  password_hash  text not null,
  skills         text[] not null,
  languages      text[] not null,
  modifiers      text[] not null,
  capacity       integer not null check (capacity >= 0),
  state          text not null check (state in ('ready', 'busy', 'wrap_up', 'break', 'offline'))
);

create table timers (
  id       text collate "C" primary key,
  fire_at  timestamptz not null,
  kind     text not null,
  data     jsonb not null
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
create index timers_due on timers (fire_at, id);

create table idempotency (
  scope         text collate "C" not null,
  key           text collate "C" not null,
  request_hash  text not null,
  status        integer not null,
  body          jsonb,
  created_at    timestamptz not null,
  primary key (scope, key)
);
create index idempotency_oldest on idempotency (created_at);

create table files (
  id               text collate "C" primary key,
  conversation_id  text collate "C" not null references conversations,
  name             text not null,
  content_type     text not null,
  size             integer not null,
  bytes            bytea not null
);
-- Pictures and PDFs are compressed already.
alter table files alter column bytes set storage external;

create table audit (
  id       bigint generated always as identity primary key,
  at       timestamptz not null,
  who      text not null,
  action   text not null,
  subject  text not null,
  data     jsonb
);

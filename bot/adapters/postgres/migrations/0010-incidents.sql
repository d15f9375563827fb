-- Incidents: many like cases are one event, with one update for all. Cases keep their own identity: code, place, agent.

create table incidents (
  id          text collate "C" primary key,
  state       text not null check (state in ('open', 'closed')),
  -- What its cases have in common: a fact of the case, and its value.
  dimension   text not null check (dimension in ('product', 'channel', 'supplier')),
  value       text not null,
  intents     text[] not null,
  -- Cases opened from then on belong to it.
  since       timestamptz not null,
  title       jsonb not null,
  opened_at   timestamptz not null,
  opened_by   text not null,
  -- Why, when a rule opened it: like cases in the rule's minutes, and as many were usual.
  seen        integer,
  usual       double precision,
  -- Number of the last update.
  updates     integer not null default 0,
  -- Its cases are solved with the last update.
  resolves    boolean not null default false,
  closed_at   timestamptz,
  closed_by   text,
  check ((state = 'closed') = (closed_at is not null))
);
create unique index incidents_open_once on incidents (dimension, value) where state = 'open';
create index incidents_newest on incidents (opened_at desc, id desc);

create table incident_updates (
  incident_id  text collate "C" not null references incidents,
  number       integer not null,
  at           timestamptz not null,
  who          text not null,
  said         jsonb not null,
  primary key (incident_id, number)
);

create table incident_cases (
  -- A case belongs to one incident.
  case_id      text collate "C" primary key references cases,
  incident_id  text collate "C" not null references incidents,
  joined_at    timestamptz not null,
  -- Number of the update its customer was told last; null: not even that the incident is known. Changed in the transaction that tells him.
  told         integer
);
create index incident_cases_of on incident_cases (incident_id, case_id);

create index cases_opened on cases (created_at);

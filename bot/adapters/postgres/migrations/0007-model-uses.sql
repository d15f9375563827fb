-- What an optional language model was asked: one row for each use, and the tokens of each day, which are capped. Without anybody's words.

create table model_days (
  day    date primary key,
  tokens bigint not null check (tokens >= 0)
);

create table model_uses (
  id              text collate "C" primary key,
  at              timestamptz not null,
  day             date not null references model_days,
  -- `second-opinion@1`: the prompt's file and its version.
  prompt          text not null,
  model           text not null,
  conversation_id text collate "C",
  case_id         text collate "C",
  turn_id         text collate "C",
  -- Null while it is under way, or when the node died meanwhile.
  outcome         text,
  tokens          bigint not null,
  milliseconds    integer
);
create index model_uses_newest on model_uses (at desc, id desc);

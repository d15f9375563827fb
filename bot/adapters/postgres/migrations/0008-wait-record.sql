-- The middle of what the replay guessed: ranges are widened or narrowed around it by what came of the earlier ones.
alter table queue_entries add column guess_likely integer;
drop index queue_entries_told;
create index queue_entries_guessed on queue_entries (accepted_at desc) where guess_high is not null and accepted_at is not null;

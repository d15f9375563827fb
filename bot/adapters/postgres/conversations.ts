/** Conversations, their log and their turns. */
import { Problem } from "../../errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  Activity,
  Conversation,
  ConversationRepository,
  ConversationState,
  Identity,
  LoggedActivity,
  TurnRecord,
} from "../../ports/store.ts";
import { json, jsonOrNull, type Runner } from "./database.ts";
import { instantOf } from "./rows.ts";

interface ConversationRow {
  id: string;
  channel: string;
  userId: string;
  identity: Identity | null;
  state: ConversationState;
  version: number;
  createdAt: string;
  updatedAt: string;
}

const GET = {
  name: "conversation_get",
  text: `select id, channel, user_id as "userId", identity, state, version, created_at as "createdAt", updated_at as "updatedAt"
           from conversations where id = $1`,
};

const APPEND = {
  name: "activity_append",
  text: "select logged, activity_id, repeated from append_activity($1, $2, $3, $4::jsonb, $5::timestamptz)",
};

const LOG = {
  name: "activity_log",
  text: "select seq, activity from activities where conversation_id = $1 and seq > $2 order by seq limit $3",
};

const PENDING = {
  name: "activity_pending",
  text: "select seq, activity from activities where conversation_id = $1 and awaits_turn and turn_id is null order by seq",
};

/** The whole turn in one statement: guarded by the version, numbered by the conversation's row. Foreign keys are checked at its end. */
const COMMIT_TURN = {
  name: "turn_commit",
  text: `
with guarded as (
  update conversations set state = $3::jsonb, version = version + 1, updated_at = greatest(updated_at, $4::timestamptz),
                           last_seq = last_seq + jsonb_array_length($5::jsonb)
   where id = $1 and version = $2
  returning id, last_seq - jsonb_array_length($5::jsonb) as before
), turn as (
  insert into turns (id, conversation_id, at, took, understanding, decision, milliseconds)
  select $6, id, $4::timestamptz, $7::integer[], $8::jsonb, $9::jsonb, $10::double precision from guarded
), taken as (
  update activities a set turn_id = $6 from guarded
   where a.conversation_id = guarded.id and a.seq = any($7::integer[]) and a.awaits_turn and a.turn_id is null
), replies as (
  insert into activities (conversation_id, seq, awaits_turn, activity)
  select guarded.id, guarded.before + reply.place, false, reply.value
    from guarded cross join jsonb_array_elements($5::jsonb) with ordinality as reply(value, place)
)
select before, case when jsonb_array_length($5::jsonb) > 0 then pg_notify('jietong_log', id) end from guarded`,
};

const SAVE_STATE = {
  name: "conversation_save",
  text: "update conversations set state = $3::jsonb, version = version + 1, updated_at = greatest(updated_at, $4::timestamptz) where id = $1 and version = $2",
};

export function conversationRepository(runner: Runner, clock: Clock): ConversationRepository {
  const now = () => instantOf(clock.now());
  return {
    async create(conversation) {
      const { id, channel, userId, identity, state, version, createdAt, updatedAt } = conversation;
      await runner.change(
        `insert into conversations (id, channel, user_id, identity, state, version, created_at, updated_at)
         values ($1, $2, $3, $4::jsonb, $5::jsonb, $6, $7, $8)`,
        [id, channel, userId, jsonOrNull(identity), json(state), version, createdAt, updatedAt],
      );
    },

    async get(id): Promise<Conversation | undefined> {
      const [row] = await runner.rows<ConversationRow>(GET, [id]);
      if (!row) return undefined;
      const { identity, ...rest } = row;
      return identity === null ? rest : { ...rest, identity };
    },

    async identify(id, identity) {
      const changed = await runner.change(
        "update conversations set identity = $2::jsonb, updated_at = greatest(updated_at, $3::timestamptz) where id = $1",
        [id, json(identity), now()],
      );
      if (changed === 0) throw new Problem("conversation_unknown");
    },

    async append(conversationId, activity, { externalId, awaitsTurn }) {
      const [row] = await runner.rows<{ logged: number | null; activity_id: string; repeated: boolean }>(APPEND, [
        conversationId,
        externalId ?? null,
        awaitsTurn,
        json(activity),
        now(),
      ]);
      if (!row || row.logged === null) return undefined;
      return { seq: row.logged, id: row.activity_id, repeated: row.repeated };
    },

    log: (conversationId, after, limit) => runner.rows<LoggedActivity>(LOG, [conversationId, after, limit]),

    pending: (conversationId) => runner.rows<LoggedActivity>(PENDING, [conversationId]),

    async withPending(limit) {
      const rows = await runner.rows<{ id: string }>(
        "select distinct conversation_id as id from activities where awaits_turn and turn_id is null order by conversation_id limit $1",
        [limit],
      );
      return rows.map(({ id }) => id);
    },

    async commitTurn(turn: TurnRecord, state, version, replies: readonly Activity[]) {
      const { id, conversationId, at, took, understanding, decision, milliseconds } = turn;
      const [row] = await runner.rows<{ before: number }>(COMMIT_TURN, [
        conversationId,
        version,
        json(state),
        at,
        json(replies),
        id,
        took,
        json(understanding),
        json(decision),
        milliseconds,
      ]);
      return row && replies.map((_, index) => row.before + 1 + index);
    },

    async saveState(conversationId, state, version) {
      return (await runner.change(SAVE_STATE, [conversationId, version, json(state), now()])) === 1;
    },

    turns: (conversationId) =>
      runner.rows<TurnRecord>(
        `select id, conversation_id as "conversationId", at, took, understanding, decision, milliseconds
           from turns where conversation_id = $1 order by at, id`,
        [conversationId],
      ),
  };
}

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
import { asStored, json, jsonOrNull, type Runner, type Statement } from "./database.ts";
import { instantOf, withoutNulls } from "./rows.ts";

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
  // How the conversation stands is read as it was when the statement began. A turn that ended while this one waited for the conversation's
  // row is not seen; its version gives that away when the next turn is committed.
  text: `select a.logged, a.activity_id, a.repeated, c.version, c.identity,
                (select id from cases where conversation_id = $1 and status not in ('resolved', 'closed')) as "caseId",
                array(select seq from activities where conversation_id = $1 and awaits_turn and turn_id is null order by seq) as pending
           from append_activity($1, $2, $3, $4::jsonb, $5::timestamptz) a left join conversations c on c.id = $1`,
};

interface AppendedRow {
  logged: number | null;
  activity_id: string;
  repeated: boolean;
  version: number;
  identity: Identity | null;
  caseId: string | null;
  pending: readonly number[];
}

/** Told what was added to a conversation's log; without `added` when it is not known whether anything was. */
export type Grew = (conversationId: string, added?: readonly LoggedActivity[]) => void;

const LOG = {
  name: "activity_log",
  text: "select seq, activity from activities where conversation_id = $1 and seq > $2 order by seq limit $3",
};

const LOG_BEFORE = {
  name: "activity_log_before",
  text: "select seq, activity from activities where conversation_id = $1 and seq < coalesce($2, 2147483647) order by seq desc limit $3",
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

export function conversationRepository(runner: Runner, clock: Clock, grew: Grew): ConversationRepository {
  const now = () => instantOf(clock.now());
  /** One row of a statement that adds to the log. When its answer is lost, it may have been added. */
  const adding = async <Row extends object>(conversationId: string, statement: Statement, values: readonly unknown[]) => {
    try {
      const [row] = await runner.rows<Row>(statement, values);
      return row;
    } catch (error) {
      grew(conversationId);
      throw error;
    }
  };
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
      const text = json(activity);
      const row = await adding<AppendedRow>(conversationId, APPEND, [conversationId, externalId ?? null, awaitsTurn, text, now()]);
      if (!row || row.logged === null) return undefined;
      const { logged: seq, activity_id: id, repeated, version, identity, caseId, pending } = row;
      if (repeated) return { seq, id, repeated };
      grew(conversationId, [{ seq, activity: asStored(activity, text) }]);
      return { seq, id, repeated, standing: { ...withoutNulls({ identity, caseId }), version, pending } };
    },

    log: (conversationId, after, limit) => runner.rows<LoggedActivity>(LOG, [conversationId, after, limit]),

    async logBefore(conversationId, seq, limit) {
      return (await runner.rows<LoggedActivity>(LOG_BEFORE, [conversationId, seq ?? null, limit])).toReversed();
    },

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
      const text = json(replies);
      const row = await adding<{ before: number }>(conversationId, COMMIT_TURN, [
        conversationId,
        version,
        json(state),
        at,
        text,
        id,
        took,
        json(understanding),
        json(decision),
        milliseconds,
      ]);
      if (!row) return undefined;
      const added = asStored(replies, text).map((activity, index) => ({ seq: row.before + 1 + index, activity }));
      if (added.length > 0) grew(conversationId, added);
      return added.map(({ seq }) => seq);
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

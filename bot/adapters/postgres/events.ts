/** The log of what happened, read by number. */
import type { EventRecord, EventRepository } from "../../ports/store.ts";
import { json, type Runner } from "./database.ts";
import { withoutNulls } from "./rows.ts";

type Row = Omit<EventRecord, "caseId" | "conversationId" | "entryId"> & {
  caseId: string | null;
  conversationId: string | null;
  entryId: string | null;
};

const COLUMNS = `id, type, at, case_id as "caseId", conversation_id as "conversationId", entry_id as "entryId", data`;

const APPEND = { name: "event_append", text: "select record_event($1, $2::timestamptz, $3, $4, $5, $6::jsonb)" };
const SETTLED = { name: "event_settled", text: "select last_settled_event() as last" };
const AFTER = { name: "event_after", text: `select ${COLUMNS} from events where id > $1 and id <= $2 order by id limit $3` };

export function eventRepository(runner: Runner): EventRepository {
  return {
    async append({ type, at, caseId, conversationId, entryId, data }) {
      await runner.rows(APPEND, [type, at, caseId ?? null, conversationId ?? null, entryId ?? null, json(data)]);
    },

    /** Stops before the first number that an unfinished transaction may still fill, so that nobody skips one. */
    async after(id, limit) {
      const [settled] = await runner.rows<{ last: number }>(SETTLED);
      const rows = await runner.rows<Row>(AFTER, [id, settled?.last ?? 0, limit]);
      return rows.map((row) => withoutNulls(row));
    },

    async forCase(caseId) {
      const rows = await runner.rows<Row>(`select ${COLUMNS} from events where case_id = $1 order by id`, [caseId]);
      return rows.map((row) => withoutNulls(row));
    },
  };
}

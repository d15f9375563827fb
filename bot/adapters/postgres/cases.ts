/** Cases. */
import { Problem } from "../../errors.ts";
import type { Case, CaseFilter, CaseMatch, CaseRepository } from "../../ports/store.ts";
import { json, type Runner } from "./database.ts";
import { withoutNulls } from "./rows.ts";

type Row = Omit<Case, "conversationId" | "disposition"> & { conversationId: string | null; disposition: string | null };

const COLUMNS = `id, code, version, status, priority, reasons, skill, modifiers, language, channel, customer, conversation_id as "conversationId",
  intent, mood, facts, missing, summary, promise, disposition, notes, created_at as "createdAt", updated_at as "updatedAt"`;

const IS_OPEN = "status not in ('resolved', 'closed')";

const INSERT = {
  name: "case_insert",
  text: `insert into cases (id, code, version, status, priority, reasons, skill, modifiers, language, channel, customer_id, customer, customer_phone,
           conversation_id, intent, mood, facts, missing, summary, promise, disposition, notes, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11, $12::jsonb, $13, $14, $15, $16::jsonb, $17::jsonb, $18, $19::jsonb, $20::jsonb, $21,
           $22::jsonb, $23, $24)
         on conflict do nothing`,
};

const UPDATE = {
  name: "case_update",
  text: `update cases set code = $2, version = $3, status = $4, priority = $5, reasons = $6::jsonb, skill = $7, modifiers = $8, language = $9, channel = $10,
           customer_id = $11, customer = $12::jsonb, customer_phone = $13, conversation_id = $14, intent = $15, mood = $16::jsonb, facts = $17::jsonb,
           missing = $18, summary = $19::jsonb, promise = $20::jsonb, disposition = $21, notes = $22::jsonb, created_at = $23, updated_at = $24
         where id = $1 and version = $3 - 1`,
};

function values(value: Case): readonly unknown[] {
  const { customer } = value;
  return [
    value.id,
    value.code,
    value.version,
    value.status,
    value.priority,
    json(value.reasons),
    value.skill,
    value.modifiers,
    value.language,
    value.channel,
    customer.id ?? null,
    json(customer),
    customer.phone ?? null,
    value.conversationId ?? null,
    value.intent,
    json(value.mood),
    json(value.facts),
    value.missing,
    json(value.summary),
    json(value.promise),
    value.disposition ?? null,
    json(value.notes),
    value.createdAt,
    value.updatedAt,
  ];
}

/** The place after the last item of a page, as text nobody need understand. */
function cursorAfter({ updatedAt, id }: { updatedAt: string; id: string }): string {
  return Buffer.from(JSON.stringify([updatedAt, id])).toString("base64url");
}

function readCursor(cursor: string): readonly [updatedAt: string, id: string] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(parts)) {
      const [updatedAt, id]: unknown[] = parts;
      if (typeof updatedAt === "string" && typeof id === "string" && !Number.isNaN(Date.parse(updatedAt))) return [updatedAt, id];
    }
  } catch {
    // Said below.
  }
  throw new Problem("bad_request", "The cursor is not one of ours.", [
    { field: "cursor", message: "Take it from `nextCursor` of the page before." },
  ]);
}

const FILTERS: Record<keyof Omit<CaseFilter, "match">, string> = {
  status: "status = ?",
  priority: "priority = ?",
  skill: "skill = ?",
  customerId: "customer_id = ?",
  conversationId: "conversation_id = ?",
  since: "updated_at >= ?::timestamptz",
};

const DIGITS_REVERSED = "reverse(regexp_replace(customer_phone, '[^0-9]', '', 'g'))";

/** Each by its own index, but for the name. */
function anyOf({ code, phoneTail, values: given = [], name }: CaseMatch): readonly (readonly [text: string, value: string])[] {
  return [
    ...(code === undefined ? [] : [["code = ?", code] as const]),
    ...(phoneTail === undefined ? [] : [[`${DIGITS_REVERSED} like ?`, `${[...phoneTail].reverse().join("")}%`] as const]),
    ...given.map((value) => ["facts @> ?::jsonb", json([{ value }])] as const),
    ...(name === undefined ? [] : [["customer ->> 'name' ilike ?", `%${name.replace(/[\\%_]/gu, "\\$&")}%`] as const]),
  ];
}

function conditions(filter: CaseFilter, cursor: string | undefined): { text: string; values: unknown[] } {
  const given: unknown[] = [];
  const texts: string[] = [];
  const add = (text: string, ...more: unknown[]) => {
    let index = given.length;
    texts.push(text.replaceAll("?", () => `$${++index}`));
    given.push(...more);
  };
  for (const [field, text] of Object.entries(FILTERS) as [keyof typeof FILTERS, string][]) {
    if (filter[field] !== undefined) add(text, filter[field]);
  }
  if (filter.match) {
    const any = anyOf(filter.match);
    add(`(${any.map(([text]) => text).join(" or ") || "false"})`, ...any.map(([, value]) => value));
  }
  if (cursor !== undefined) add("(updated_at, id) < (?::timestamptz, ?)", ...readCursor(cursor));
  return { text: texts.length > 0 ? `where ${texts.join(" and ")}` : "", values: given };
}

export function caseRepository(runner: Runner): CaseRepository {
  const one = async (rest: string, parameters: readonly unknown[]): Promise<Case | undefined> => {
    const [row] = await runner.rows<Row>(`select ${COLUMNS} from cases ${rest}`, parameters);
    return row && withoutNulls(row);
  };
  return {
    async insert(value) {
      // Without an error in the database, so that the caller can draw another code within the same transaction.
      if ((await runner.change(INSERT, values(value))) === 1) return;
      const isCode = (await runner.rows("select 1 from cases where code = $1", [value.code])).length > 0;
      throw new Problem("state_conflict", isCode ? "The case code is taken." : "The conversation has an open case already.");
    },

    get: (id) => one("where id = $1", [id]),
    byCode: (code) => one("where code = $1", [code]),
    // Somebody who rings means his open case; without one, the newest.
    byPhone: (phone) => one(`where customer_phone = $1 order by (${IS_OPEN}) desc, created_at desc, id desc limit 1`, [phone]),

    async update(value) {
      return (await runner.change(UPDATE, values(value))) === 1;
    },

    openFor: (conversationId) => one(`where conversation_id = $1 and ${IS_OPEN}`, [conversationId]),

    async countSince(customerId, since, { intent, orderNo }) {
      // The order's number may stand under several names (what the customer said, what the platform confirmed): the value decides.
      const [row] = await runner.rows<{ count: number }>(
        `select count(*) as count from cases where customer_id = $1 and created_at >= $2::timestamptz
            and (($3::text is null and $4::text is null) or intent = $3 or facts @> jsonb_build_array(jsonb_build_object('value', $4::text)))`,
        [customerId, since, intent ?? null, orderNo ?? null],
      );
      return row?.count ?? 0;
    },

    async list(filter, limit, cursor) {
      const { text, values: parameters } = conditions(filter, cursor);
      const rows = await runner.rows<Row>(
        `select ${COLUMNS} from cases ${text} order by updated_at desc, id desc limit $${parameters.length + 1}`,
        [...parameters, limit + 1],
      );
      const items = rows.slice(0, limit).map((row) => withoutNulls(row));
      const last = items.at(-1);
      return rows.length > limit && last ? { items, nextCursor: cursorAfter(last) } : { items };
    },
  };
}

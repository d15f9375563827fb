/** Incidents and the cases merged into them. */
import type { InBoth, Incident, IncidentRepository, Untold } from "../../ports/incidents.ts";
import { json, type Runner } from "./database.ts";
import { instantOf, withoutNulls } from "./rows.ts";

type Maybe = "seen" | "usual" | "closedAt" | "closedBy";
type Row = Omit<Incident, Maybe> & { [Key in Maybe]-?: NonNullable<Incident[Key]> | null };

function columns(table: string): string {
  return `${table}.id, ${table}.state, ${table}.dimension, ${table}.value, ${table}.intents, ${table}.since, ${table}.title, ${table}.opened_at as "openedAt",
  ${table}.opened_by as "openedBy", ${table}.seen, ${table}.usual, ${table}.updates, ${table}.closed_at as "closedAt", ${table}.closed_by as "closedBy",
  (select count(*) from incident_cases m where m.incident_id = ${table}.id) as cases`;
}

/** Ten cases of one customer are one voice. What came before an incident was closed does not open it again. */
const LIKE_CASES = `
with recent as (
  select f.value ->> 'value' as value, count(distinct coalesce(c.customer_id, c.conversation_id, c.id)) as seen
    from cases c cross join lateral jsonb_array_elements(c.facts) f
   where c.created_at > $1::timestamptz and c.created_at <= $2::timestamptz and c.intent = any($3::text[]) and f.value ->> 'name' = $4
     -- Anybody can open chats and name anything: only customers somebody vouches for (the platform's signature, or the program that opened the case) are counted.
     and c.customer_id is not null
     and not exists (select from incidents i where i.dimension = $4 and i.value = f.value ->> 'value' and i.closed_at >= c.created_at)
   group by 1 having count(distinct coalesce(c.customer_id, c.conversation_id, c.id)) >= $5
)
select recent.value, recent.seen,
       (select count(distinct coalesce(c.customer_id, c.conversation_id, c.id)) from cases c
         where c.created_at > $6::timestamptz and c.created_at <= $1::timestamptz and c.intent = any($3::text[]) and c.customer_id is not null
           and c.facts @> jsonb_build_array(jsonb_build_object('name', $4::text, 'value', recent.value))) as before
  from recent
 where not exists (select from incidents i where i.dimension = $4 and i.value = recent.value and i.state = 'open')
 order by recent.seen desc`;

const OPEN = `
insert into incidents (id, state, dimension, value, intents, since, title, opened_at, opened_by, seen, usual)
values ($1, 'open', $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10) on conflict do nothing`;

const GATHER = {
  name: "incident_gather",
  text: `
insert into incident_cases (case_id, incident_id, joined_at)
select c.id, i.id, $1::timestamptz from incidents i
  join cases c on c.created_at >= i.since and c.status not in ('resolved', 'closed') and c.intent = any(i.intents)
   and c.facts @> jsonb_build_array(jsonb_build_object('name', i.dimension, 'value', i.value))
 where i.state = 'open' and not exists (select from incident_cases m where m.case_id = c.id)
 order by i.opened_at
on conflict do nothing
returning incident_id as "incidentId", case_id as "caseId"`,
};

const UPDATE = `
with changed as (
  update incidents set updates = updates + 1 where id = $1 and state = 'open' returning *
), said as (
  insert into incident_updates (incident_id, number, at, who, said) select id, updates, $2::timestamptz, $3, $4::jsonb from changed
)
select ${columns("changed")} from changed`;

const CLOSE = `
with changed as (
  update incidents set state = 'closed', closed_at = $2::timestamptz, closed_by = $3, resolves = $4 where id = $1 and state = 'open' returning *
)
select ${columns("changed")} from changed`;

const TAKE_UNTOLD = {
  name: "incident_take_untold",
  text: `
with due as materialized (
  select m.case_id, m.told, i.id, i.updates, i.state, i.resolves from incident_cases m join incidents i on i.id = m.incident_id
   where m.told is null or m.told < i.updates
   order by m.joined_at, m.case_id limit $1
     for update of m skip locked
), marked as (
  update incident_cases m set told = case when due.told is null then due.updates else due.told + 1 end from due where m.case_id = due.case_id
  returning m.case_id, m.told
)
select ${columns("i")}, due.case_id as "caseId", case when due.told is null and due.state = 'closed' then due.updates when due.told is null then 0 else due.told + 1 end as number,
       due.resolves and due.state = 'closed' and marked.told = due.updates as "solves",
       (select u.said from incident_updates u where u.incident_id = i.id and u.number = marked.told) as said
  from due join marked on marked.case_id = due.case_id join incidents i on i.id = due.id order by due.case_id`,
};

export function incidentRepository(runner: Runner): IncidentRepository {
  const one = async (text: string, values: readonly unknown[]): Promise<Incident | undefined> => {
    const [row] = await runner.rows<Row>(text, values);
    return row && withoutNulls(row);
  };
  return {
    likeCases: ({ dimension, intents, windowMs, cases, baselineMs }, now) =>
      runner.rows(LIKE_CASES, [
        instantOf(now - windowMs),
        instantOf(now),
        intents,
        dimension,
        cases,
        instantOf(now - windowMs - baselineMs),
      ]),
    async open({ id, dimension, value, intents, since, title, openedAt, openedBy, seen = null, usual = null }) {
      return (await runner.change(OPEN, [id, dimension, value, intents, since, json(title), openedAt, openedBy, seen, usual])) > 0;
    },
    get: (id) => one(`select ${columns("i")} from incidents i where i.id = $1`, [id]),
    async list(state, limit) {
      const text = `select ${columns("i")} from incidents i where $1::text is null or i.state = $1 order by i.opened_at desc, i.id desc limit $2`;
      return (await runner.rows<Row>(text, [state ?? null, limit])).map((row) => withoutNulls(row));
    },
    ofCase: (caseId) =>
      one(`select ${columns("i")} from incident_cases m join incidents i on i.id = m.incident_id where m.case_id = $1`, [caseId]),
    gather: (now) => runner.rows(GATHER, [instantOf(now)]),
    update: (id, said, who, now) => one(UPDATE, [id, instantOf(now), who, json(said)]),
    close: (id, who, resolves, now) => one(CLOSE, [id, instantOf(now), who, resolves]),
    async takeUntold(limit) {
      type Due = Row & { caseId: string; number: number; solves: boolean; said: InBoth | null };
      const rows = await runner.rows<Due>(TAKE_UNTOLD, [limit]);
      return rows.map(({ caseId, number, solves, said, ...row }): Untold => {
        const incident = withoutNulls(row as Row);
        return { incident, caseId, number, resolves: solves, ...(said === null ? {} : { said }) };
      });
    },
  };
}

/** The callbacks' operations bound to a runner. */
import type { CallbackFilter, CallbackRepository } from "../../../ports/callbacks.ts";
import type { Runner } from "../database.ts";
import { instantOf } from "../rows.ts";
import { callbackColumns, callbacks, oneCallback } from "./callback-row.ts";
import { answered, dial, get, missed } from "./dial.ts";
import { cancel, change, create } from "./make.ts";
import { breach, expire, fallDue, heldTooLong, nextDue, warn } from "./sweep.ts";

const OF_CASE = {
  name: "callback_of_case",
  text: `select ${callbackColumns("c")} from callbacks c where c.case_id = $1 order by c.created_at desc, c.id desc limit $2`,
};

const LIST = `
select ${callbackColumns("c")} from callbacks c
 where ($1::text is null or c.state = $1) and ($2::text is null or c.case_id = $2) and ($3::text is null or c.dial_by = $3)
   and ($4::boolean is null or (c.breached_at is not null) = $4)
   and ($5::boolean is null or (c.warned_at is not null and c.dialled_at is null and c.state in ('scheduled', 'due', 'missed')) = $5)
   and ($6::timestamptz is null or (date_trunc('milliseconds', c.created_at), c.id) < ($6::timestamptz, $7))
 order by c.created_at desc, c.id desc limit $8`;

function filterValues({ state, caseId, agentId, breached, warned }: CallbackFilter): unknown[] {
  return [state ?? null, caseId ?? null, agentId ?? null, breached ?? null, warned ?? null];
}

export function callbackRepository(runner: Runner): CallbackRepository {
  return {
    create: (draft, now) => create(runner, draft, now),
    get: (id) => get(runner, id),
    forEntry: (entryId) => oneCallback(runner, `select ${callbackColumns("c")} from callbacks c where c.entry_id = $1`, [entryId]),
    list: (filter, limit, before) =>
      filter.caseId !== undefined && Object.keys(filter).length === 1 && !before
        ? callbacks(runner, OF_CASE, [filter.caseId, limit])
        : callbacks(runner, LIST, [...filterValues(filter), before?.createdAt ?? null, before?.id ?? null, limit]),
    dial: (id, by, now, leases) => dial(runner, id, by, now, leases),
    answered: (id, by, now, leaseMs) => answered(runner, id, by, now, leaseMs),
    missed: (id, by, now, retryAt) => missed(runner, id, by, now, retryAt),
    cancel: (id, now, reason) => cancel(runner, id, now, reason),
    change: (id, to, now) => change(runner, id, to, now),
    heldTooLong: (now, limit) => heldTooLong(runner, now, limit),
    fallDue: (now, limit) => fallDue(runner, now, limit),
    warn: (now, limit) => warn(runner, now, limit),
    breach: (now, limit) => breach(runner, now, limit),
    expire: (now, limit) => expire(runner, now, limit),
    nextDue: () => nextDue(runner),

    async agreed({ skill, language }, from, to, stepMs) {
      const rows = await runner.rows<{ slot: number; count: number }>(
        `select floor(extract(epoch from c.starts_at) * 1000 / $3::double precision)::bigint as slot, count(*) as count
           from callbacks c join queue_entries e on e.id = c.entry_id and e.skill = $4 and e.language = $5
          where c.kind = 'asked' and c.state in ('scheduled', 'due', 'missed', 'dialling') and c.starts_at >= $1::timestamptz and c.starts_at < $2::timestamptz
          group by slot`,
        [instantOf(from), instantOf(to), stepMs, skill, language],
      );
      return new Map(rows.map(({ slot, count }) => [slot * stepMs, count]));
    },

    async mayCall(phone) {
      return (await runner.rows("select 1 from do_not_call where phone = $1", [phone])).length === 0;
    },
    async block(phone, now, who, reason) {
      await runner.change("insert into do_not_call (phone, at, who, reason) values ($1, $2, $3, $4) on conflict do nothing", [
        phone,
        instantOf(now),
        who,
        reason,
      ]);
    },
    unblock: async (phone) => (await runner.change("delete from do_not_call where phone = $1", [phone])) > 0,
  };
}

/** Things to do at a time. */
import type { Timer, TimerRepository } from "../../ports/store.ts";
import { json, type Runner } from "./database.ts";
import { instantOf } from "./rows.ts";

const TAKE_DUE = {
  name: "timer_take",
  text: `delete from timers where id = (select id from timers where fire_at <= $1::timestamptz order by fire_at, id limit 1 for update skip locked)
         returning id, fire_at as "fireAt", kind, data`,
};

const NEXT_DUE = { name: "timer_next", text: `select (extract(epoch from min(fire_at)) * 1000)::bigint as due from timers` };

export function timerRepository(runner: Runner): TimerRepository {
  return {
    async set({ id, fireAt, kind, data }) {
      await runner.change(
        `insert into timers (id, fire_at, kind, data) values ($1, $2, $3, $4::jsonb)
         on conflict (id) do update set fire_at = excluded.fire_at, kind = excluded.kind, data = excluded.data`,
        [id, fireAt, kind, json(data)],
      );
    },

    async cancel(id) {
      await runner.change("delete from timers where id = $1", [id]);
    },

    async finish(id, fireAt) {
      return (await runner.change("delete from timers where id = $1 and fire_at = $2::timestamptz", [id, fireAt])) === 1;
    },

    async takeDue(now) {
      const [timer] = await runner.rows<Timer>(TAKE_DUE, [instantOf(now)]);
      return timer;
    },

    async nextDue() {
      const [row] = await runner.rows<{ due: number | null }>(NEXT_DUE);
      return row?.due ?? undefined;
    },
  };
}

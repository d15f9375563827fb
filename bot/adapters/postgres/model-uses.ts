/** What the language model was asked, and the tokens of each day. */
import type { ModelOutcome, ModelUse, ModelUseRepository } from "../../ports/language-model.ts";
import type { Runner } from "./database.ts";
import { withoutNulls } from "./rows.ts";

const BEGIN = {
  name: "model_begin",
  // The day's row is locked by its update: two uses at once cannot both pass under the cap.
  text: `with taken as (
           insert into model_days as d (day, tokens) select $2::date, $3::bigint where $3::bigint <= $4::bigint
           on conflict (day) do update set tokens = d.tokens + excluded.tokens where d.tokens + excluded.tokens <= $4::bigint
           returning day
         )
         insert into model_uses (id, at, day, prompt, model, conversation_id, case_id, turn_id, tokens)
         select $1, $5::timestamptz, day, $6, $7, $8, $9, $10, $3::bigint from taken`,
};

const FINISH = {
  name: "model_finish",
  text: `with before as (select id, day, tokens from model_uses where id = $1 and outcome is null for update),
              settled as (
                update model_days d set tokens = greatest(0, d.tokens - b.tokens + coalesce($3::bigint, b.tokens)) from before b where d.day = b.day
              )
         update model_uses u set outcome = $2, tokens = coalesce($3::bigint, u.tokens), milliseconds = $4 from before b where u.id = b.id`,
};

export function modelUseRepository(runner: Runner): ModelUseRepository {
  return {
    async begin({ id, at, prompt, model, conversationId, caseId, turnId }, day, tokens, most) {
      const values = [id, day, tokens, most, at, prompt, model, conversationId ?? null, caseId ?? null, turnId ?? null];
      return (await runner.change(BEGIN, values)) === 1;
    },

    async finish(id, outcome, tokens, milliseconds) {
      await runner.change(FINISH, [id, outcome, tokens ?? null, Math.round(milliseconds)]);
    },

    async spent(day) {
      const [row] = await runner.rows<{ tokens: number }>("select tokens from model_days where day = $1::date", [day]);
      return row?.tokens ?? 0;
    },

    async list(limit) {
      const rows = await runner.rows<ModelUse & { outcome: ModelOutcome | null; tokens: number }>(
        `select id, at, prompt, model, conversation_id as "conversationId", case_id as "caseId", turn_id as "turnId", outcome, tokens
           from model_uses order by at desc, id desc limit $1`,
        [limit],
      );
      return rows.map((row) => withoutNulls(row));
    },
  };
}

/** People at the desk. */
import type { Agent, AgentRepository } from "../../ports/store.ts";
import type { Runner } from "./database.ts";
import { withoutNulls } from "./rows.ts";

type Row = Omit<Agent, "overflow" | "levels"> & { overflow: true | null; levels: NonNullable<Agent["levels"]> | null };

const COLUMNS = `id, name, role, password_hash as "passwordHash", skills, languages, modifiers, capacity, state, nullif(overflow, false) as overflow,
  nullif(levels, '{}') as levels`;

export function agentRepository(runner: Runner): AgentRepository {
  return {
    async put({ id, name, role, passwordHash, skills, languages, modifiers, capacity, state, overflow = false, levels = {} }) {
      await runner.change(
        `insert into agents (id, name, role, password_hash, skills, languages, modifiers, capacity, state, overflow, levels)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (id) do update set name = excluded.name, role = excluded.role, password_hash = excluded.password_hash, skills = excluded.skills,
           languages = excluded.languages, modifiers = excluded.modifiers, capacity = excluded.capacity, state = excluded.state, overflow = excluded.overflow,
           levels = excluded.levels`,
        [id, name, role, passwordHash, skills, languages, modifiers, capacity, state, overflow, levels],
      );
    },

    async get(id) {
      const [agent] = await runner.rows<Row>(`select ${COLUMNS} from agents where id = $1`, [id]);
      return agent && withoutNulls(agent);
    },

    list: async () => (await runner.rows<Row>(`select ${COLUMNS} from agents order by id`)).map((row) => withoutNulls(row)),

    async setState(id, state) {
      const [agent] = await runner.rows<Row>(`update agents set state = $2 where id = $1 returning ${COLUMNS}`, [id, state]);
      return agent && withoutNulls(agent);
    },
  };
}

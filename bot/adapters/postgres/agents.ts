/** People at the desk. */
import type { Agent, AgentRepository } from "../../ports/store.ts";
import type { Runner } from "./database.ts";

const COLUMNS = `id, name, role, password_hash as "passwordHash", skills, languages, modifiers, capacity, state`;

export function agentRepository(runner: Runner): AgentRepository {
  return {
    async put({ id, name, role, passwordHash, skills, languages, modifiers, capacity, state }) {
      await runner.change(
        `insert into agents (id, name, role, password_hash, skills, languages, modifiers, capacity, state) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (id) do update set name = excluded.name, role = excluded.role, password_hash = excluded.password_hash, skills = excluded.skills,
           languages = excluded.languages, modifiers = excluded.modifiers, capacity = excluded.capacity, state = excluded.state`,
        [id, name, role, passwordHash, skills, languages, modifiers, capacity, state],
      );
    },

    async get(id) {
      const [agent] = await runner.rows<Agent>(`select ${COLUMNS} from agents where id = $1`, [id]);
      return agent;
    },

    list: () => runner.rows<Agent>(`select ${COLUMNS} from agents order by id`),

    async setState(id, state) {
      const [agent] = await runner.rows<Agent>(`update agents set state = $2 where id = $1 returning ${COLUMNS}`, [id, state]);
      return agent;
    },
  };
}

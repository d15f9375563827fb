/** Who saw or changed what. */
import type { AuditRecord, AuditRepository } from "../../ports/store.ts";
import { jsonOrNull, type Runner } from "./database.ts";
import { withoutNulls } from "./rows.ts";

export function auditRepository(runner: Runner): AuditRepository {
  return {
    async append({ at, who, action, subject, data }) {
      await runner.change("insert into audit (at, who, action, subject, data) values ($1, $2, $3, $4, $5::jsonb)", [
        at,
        who,
        action,
        subject,
        jsonOrNull(data),
      ]);
    },

    /** Newest first. */
    async list(limit) {
      const rows = await runner.rows<Omit<AuditRecord, "data"> & { data: Record<string, unknown> | null }>(
        "select at, who, action, subject, data from audit order by id desc limit $1",
        [limit],
      );
      return rows.map((row) => withoutNulls(row));
    },
  };
}

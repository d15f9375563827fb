/** Who saw or changed what. */
import type { Caller } from "../http/services.ts";
import type { Repositories } from "../ports/store.ts";

export function auditor(
  now: () => number,
): (
  repositories: Pick<Repositories, "audit">,
  by: Caller,
  action: string,
  subject: string,
  data?: Readonly<Record<string, unknown>>,
) => Promise<void> {
  return (repositories, by, action, subject, data) =>
    repositories.audit.append({ at: new Date(now()).toISOString(), who: by.name, action, subject, ...(data ? { data } : {}) });
}

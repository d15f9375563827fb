/**
 * A card key the customer asked to see reaches him and nothing else: the log keeps the masked text, and the full one lies here in memory for
 * a few minutes, for his own conversation only. After that, or after a restart, he asks once more.
 */
import type { LoggedActivity } from "./activity.ts";

const KEPT_MS = 10 * 60_000;
const MOST = 10_000;

export interface SecretShelf {
  put(activityId: string, text: string, now: number): void;
  /** The log as its own customer may read it. */
  reveal(log: readonly LoggedActivity[], now: number): readonly LoggedActivity[];
}

export function createSecretShelf(): SecretShelf {
  const shelf = new Map<string, { readonly text: string; readonly until: number }>();
  return {
    put: (activityId, text, now) => {
      for (const [id, { until }] of shelf) {
        if (until > now && shelf.size < MOST) break;
        shelf.delete(id);
      }
      shelf.set(activityId, { text, until: now + KEPT_MS });
    },
    reveal: (log, now) =>
      log.map((logged) => {
        const secret = shelf.get(logged.activity.id);
        return secret && secret.until > now ? { ...logged, activity: { ...logged.activity, text: secret.text } } : logged;
      }),
  };
}

/** What the description at /api/docs says of a route. */
import type { ErrorCode } from "../../errors.ts";

export interface RouteDoc {
  readonly summary: string;
  readonly description?: string;
  readonly tags: string[];
  readonly operationId: string;
  readonly security: { readonly [name: string]: string[] }[];
}

/** @param problems the codes it may answer with, besides those every route has. */
export function doc(tag: string, operationId: string, summary: string, problems: readonly ErrorCode[] = []): RouteDoc {
  const description = problems.length === 0 ? {} : { description: `Problems: ${problems.map((code) => `\`${code}\``).join(", ")}.` };
  return { summary, ...description, tags: [tag], operationId, security: [{ bearer: [] }] };
}

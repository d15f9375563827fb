/**
 * Statutory holidays and make-up workdays (调休) of mainland China as the State Council announces them, from the package chinese-days. Only its table
 * of dates is read: the package's code also knows the lunar calendar, and costs ten megabytes that no desk needs.
 */
import announced from "chinese-days/dist/chinese-days.json" with { type: "json" };
import { z } from "zod";

const table = z.object({ holidays: z.record(z.iso.date(), z.string()), workdays: z.record(z.iso.date(), z.string()) });

export interface ChinaDays {
  /** `2026-10-01`: off, whatever day of the week it is. */
  readonly daysOff: readonly string[];
  /** Worked though it is a Saturday or Sunday. */
  readonly makeupDays: readonly string[];
  /** The last day of the last year that was announced when the package was made. */
  readonly knownTo: string;
}

export function readChinaDays(): ChinaDays {
  const { holidays, workdays } = table.parse(announced);
  const daysOff = Object.keys(holidays).sort();
  return { daysOff, makeupDays: Object.keys(workdays).sort(), knownTo: `${daysOff.at(-1)?.slice(0, 4) ?? "1970"}-12-31` };
}

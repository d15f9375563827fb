import type { Instant } from "../../ports/store.ts";

/** @param milliseconds since 1970-01-01 UTC, as the clock gives them. */
export function instantOf(milliseconds: number): Instant {
  return new Date(milliseconds).toISOString();
}

/** A row without its null columns: in the port's types what is not there is left out. */
export function withoutNulls<Row extends object>(
  row: Row,
): { [Key in keyof Row as null extends Row[Key] ? never : Key]: Row[Key] } & {
  [Key in keyof Row as null extends Row[Key] ? Key : never]?: NonNullable<Row[Key]>;
};
export function withoutNulls(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

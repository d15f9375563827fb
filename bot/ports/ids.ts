/** Fresh identifiers. Opaque to everybody; sortable by time of making within one kind. */
export interface Ids {
  /** @param kind short prefix, e.g. `conv`, `turn`, `case`, `entry`. */
  next(kind: string): string;
  /** A random whole number in `[0, below)`, for case codes and keys. */
  random(below: number): number;
}

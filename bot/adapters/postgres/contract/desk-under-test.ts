import type { Store } from "../../../ports/store.ts";

/** What a contract test gets: one opened store, and the means to open another or to reach behind it. */
export interface DeskUnderTest {
  store(): Store;
  /** Another node on the same database; closed by the caller. */
  another(): Promise<Store>;
  /** One statement past the store. */
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

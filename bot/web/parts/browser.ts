/** Time, chance and storage of the browser, in one place. */

/** Milliseconds since 1970. */
export function now(): number {
  return Date.now();
}

/** A fresh id, 32 hex digits. `crypto.randomUUID` is missing on plain-http addresses, where a desk in an office network may live. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** 0 ≤ x < 1. */
export function chance(): number {
  return Math.random();
}

/** A value kept for the tab under one key; when storage is refused (private windows, blocked cookies) it lives as long as the page. */
export interface Keep {
  read(): string | undefined;
  write(value: string | undefined): void;
}

/** @param storage asked for late, because reading the property itself may throw. */
export function keep(key: string, storage: () => Storage = () => sessionStorage): Keep {
  let held: string | undefined;
  return {
    read() {
      try {
        return storage().getItem(key) ?? undefined;
      } catch {
        return held;
      }
    },
    write(value) {
      held = value;
      try {
        if (value === undefined) storage().removeItem(key);
        else storage().setItem(key, value);
      } catch {
        // held in memory instead
      }
    },
  };
}

import { expect, test } from "vitest";
import { randomIds } from "./random-ids.ts";
import { systemClock } from "./system-clock.ts";

test("ids carry their kind, sort by time of making and never repeat", () => {
  const ids = randomIds(systemClock);
  const made = Array.from({ length: 5000 }, () => ids.next("case"));
  expect(made[0]).toMatch(/^case_[0-9a-hjkmnp-tv-z]{30}$/);
  expect(made.toSorted()).toEqual(made);
  expect(new Set(made.map((id) => id.slice(-16))).size).toBe(made.length);
});

test("ids keep sorting when the clock is set back", () => {
  let now = 1_000_000;
  const ids = randomIds({ now: () => now });
  const first = ids.next("turn");
  now -= 60_000;
  const second = ids.next("turn");
  expect(second > first).toBe(true);
});

test("random stays below its bound", () => {
  const ids = randomIds(systemClock);
  const drawn = Array.from({ length: 200 }, () => ids.random(3));
  expect(new Set(drawn)).toEqual(new Set([0, 1, 2]));
});

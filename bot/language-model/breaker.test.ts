import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBreaker } from "./breaker.ts";

describe("the breaker", () => {
  it("lets through everything until so many failures in a row, then one try after each pause", () => {
    const breaker = createBreaker(3, 100);
    for (const now of [0, 1]) {
      expect(breaker.mayCall(now)).toBe(true);
      expect(breaker.failed(now)).toBe(false);
    }
    breaker.answered();
    for (const now of [2, 3]) expect(breaker.failed(now)).toBe(false);
    expect(breaker.failed(4)).toBe(true);
    expect(breaker.mayCall(5)).toBe(false);
    expect(breaker.mayCall(104)).toBe(true);
    // The others wait for how the one try goes.
    expect(breaker.mayCall(105)).toBe(false);
    expect(breaker.failed(106)).toBe(false);
    expect(breaker.mayCall(150)).toBe(false);
    expect(breaker.mayCall(206)).toBe(true);
    breaker.answered();
    expect(breaker.mayCall(207)).toBe(true);
  });

  it("never keeps anybody out for longer than the pause, wherever the clock jumps", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.integer({ min: 0, max: 10_000 }), fails: fc.boolean() }), { maxLength: 40 }),
        fc.nat(10_000),
        (calls, end) => {
          const breaker = createBreaker(2, 100);
          for (const { at, fails } of calls)
            if (breaker.mayCall(at)) {
              if (fails) breaker.failed(at);
              else breaker.answered();
            }
          expect(breaker.mayCall(end) || breaker.mayCall(end + 100)).toBe(true);
        },
      ),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimateWait, type WaitInput } from "./estimate-wait.ts";

const base: WaitInput = {
  ahead: 0,
  agents: 1,
  ready: 0,
  handleSeconds: [],
  assumedHandleSeconds: 300,
  shortestRangeSeconds: 60,
  hideAboveSeconds: 2700,
};
const of = (change: Partial<WaitInput>) => estimateWait({ ...base, ...change });

describe("estimateWait", () => {
  it("says nothing when nobody is there, or when the wait is too long to name", () => {
    expect(of({ agents: 0 })).toBeUndefined();
    expect(of({ ahead: 20 })).toBeUndefined();
    expect(of({ ahead: 4 })).toBeDefined();
  });
  it("is at once while somebody is free", () => {
    expect(of({ ready: 1 })).toMatchObject({ lowSeconds: 0, highSeconds: 60 });
    expect(of({ agents: 3, ready: 2, ahead: 1 })).toMatchObject({ lowSeconds: 0, highSeconds: 60 });
  });
  it("is calls ahead times a talk, shared by the agents, around it", () => {
    expect(of({})).toEqual({ lowSeconds: 180, likelySeconds: 300, highSeconds: 480 });
    expect(of({ ahead: 3 })).toMatchObject({ lowSeconds: 720, highSeconds: 1920 });
    expect(of({ ahead: 3, agents: 4 })).toMatchObject({ lowSeconds: 180, highSeconds: 480 });
    // Two are free and take two of the three ahead: he is the second of those who wait for one to end.
    expect(of({ ahead: 3, agents: 4, ready: 2 })).toMatchObject({ lowSeconds: 90, highSeconds: 240 });
  });
  it("trusts the desk's own talks once there are thirty, and not before", () => {
    expect(of({ handleSeconds: Array(29).fill(60) })).toEqual(of({}));
    expect(of({ handleSeconds: Array(30).fill(600) })).toMatchObject({ lowSeconds: 360, highSeconds: 960 });
  });
  it("is never upside down, never narrower than the least, and grows with the line and shrinks with the agents", () => {
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 1, max: 30 }), fc.nat(30), (ahead, agents, free) => {
        const given = { ahead, agents, ready: Math.min(free, agents), hideAboveSeconds: Number.POSITIVE_INFINITY };
        const [here, behind, more] = [of(given), of({ ...given, ahead: ahead + 1 }), of({ ...given, agents: agents + 1 })];
        if (!here || !behind || !more) throw new Error("no estimate");
        expect(here.highSeconds).toBeGreaterThanOrEqual(60);
        expect(here.highSeconds).toBeGreaterThan(here.lowSeconds);
        expect(behind.highSeconds).toBeGreaterThanOrEqual(here.highSeconds);
        expect(more.highSeconds).toBeLessThanOrEqual(here.highSeconds);
      }),
    );
  });
});

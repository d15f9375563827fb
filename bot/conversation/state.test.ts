import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MoodLabel } from "../../intents/index.ts";
import type { Attempt, ConversationState, Fact, MoodPoint } from "./conversation.ts";
import { newConversationState } from "./conversation.ts";
import { trend, withAttempts, withFacts, withMood, withProblem, withSaid } from "./state.ts";

const AT = "2026-11-20T12:41:00.000Z";
const empty = newConversationState("zh");
const aFact = fc.record({
  name: fc.constantFrom("amount", "time", "order_number", "phone"),
  value: fc.string({ maxLength: 8 }),
  source: fc.constantFrom<Fact["source"]>("customer", "platform"),
  at: fc.constant(AT),
});
const point = (score: number): MoodPoint => ({ turn: "t", label: "calm", score, reasons: [] });
const key = ({ name, source }: Fact): string => `${name} ${source}`;

describe("withFacts", () => {
  it("keeps one value of a name from each side: the newest", () => {
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(aFact, { selector: key }), { maxLength: 8 }), (turns) => {
        const state = turns.reduce((before, facts) => withFacts(before, facts), empty);
        const newest = new Map(turns.flat().map((fact) => [key(fact), fact.value]));
        expect(new Map(state.facts.map((fact) => [key(fact), fact.value]))).toEqual(newest);
        expect(state.facts).toHaveLength(newest.size);
      }),
    );
  });
  it("lets the platform's word stand beside the customer's, never in its place", () => {
    const said: Fact = { name: "amount", value: "500.00 CNY", source: "customer", at: AT };
    const confirmed: Fact = { ...said, value: "480.00 CNY", source: "platform" };
    expect(withFacts(withFacts(empty, [said]), [confirmed]).facts).toEqual([said, confirmed]);
    expect(withFacts(withFacts(empty, [confirmed]), [said]).facts).toEqual([confirmed, said]);
  });
});

describe("every transition", () => {
  const attempt: Attempt = { at: AT, intent: "invoice", did: "invoice", outcome: "x" };
  const step = fc.oneof(
    fc.uniqueArray(aFact, { selector: key }).map((facts) => (state: ConversationState) => withFacts(state, facts)),
    fc.string({ maxLength: 700 }).map((text) => (state: ConversationState) => withSaid(state, text)),
    fc
      .constantFrom<MoodLabel>("calm", "annoyed", "angry")
      .map((label) => (state: ConversationState) => withMood(state, { ...point(0.5), label })),
    fc.nat(3).map((count) => (state: ConversationState) => withAttempts(state, Array<Attempt>(count).fill(attempt))),
    fc.constantFrom("a", "b", "c", "d", "e").map((intent) => (state: ConversationState) => withProblem(state, intent)),
  );
  it("leaves the state it was given alone, and keeps the new one small", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        let state = empty;
        for (const next of steps) {
          const before = structuredClone(state);
          const after = next(state);
          expect(state).toEqual(before);
          state = after;
        }
        expect(state.said.length).toBeLessThanOrEqual(10);
        expect(state.moods.length).toBeLessThanOrEqual(30);
        expect(state.attempts.length).toBeLessThanOrEqual(12);
        expect(state.problems.length).toBeLessThanOrEqual(3);
        expect(JSON.stringify(state).length).toBeLessThan(40_000);
      }),
      { numRuns: 40 },
    );
  });
  it("keeps the newest of what it cuts", () => {
    const said = Array.from({ length: 14 }, (_, index) => `第${index}句`).reduce((state, text) => withSaid(state, text), empty).said;
    expect([said.length, said[0], said.at(-1)]).toEqual([10, "第4句", "第13句"]);
    expect(["a", "b", "c", "a", "d"].reduce((state, intent) => withProblem(state, intent), empty).problems).toEqual(["d", "a", "c"]);
  });
  it("does not count silence as something said, and writes lines as one", () => {
    expect(withSaid(empty, "").said).toEqual([]);
    expect(withSaid(empty, "我昨天\n充的那个").said).toEqual(["我昨天 充的那个"]);
  });
});

it("sees a mood rise or fall only when it moved by something", () => {
  const of = (...scores: number[]) => trend(scores.map(point));
  expect([of(), of(0.9), of(0.2, 0.3), of(0.2, 0.8), of(0.8, 0.2), of(0.9, 0.9, 0.1, 0.1), of(0.8, 0.9, 0.85)]).toEqual([
    "steady",
    "steady",
    "steady",
    "rising",
    "falling",
    "falling",
    "steady",
  ]);
});

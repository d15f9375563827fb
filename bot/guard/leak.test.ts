/** A secret in a message, followed through the whole desk: log, store, transcript, case, audit. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestWorld, type TestWorld } from "../conversation/fixtures/test-world.ts";
import { createDeskServices } from "../desk/desk-services.ts";
import type { Caller } from "../http/services.ts";
import { mask, passesLuhn } from "./mask.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());

const TABLES = ["activities", "conversations", "turns", "cases", "events", "queue_entries", "timers", "audit", "idempotency"];
const caller: Caller = { kind: "integration", keyId: "main", name: "key:main" };

const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(""));
const key = fc.stringMatching(/^[A-Z][0-9A-Z]{2}[0-9]-[A-Z][0-9A-Z]{2}[0-9]-[A-Z][0-9A-Z]{2}[0-9]$/u);
const card = digits(14).map((rest) => [..."0123456789"].map((last) => `4${rest}${last}`).find(passesLuhn) ?? "");
/** Written, and the piece that must be nowhere. */
const secret = fc.oneof(
  key.map((value) => ({ written: `卡密 ${value}`, core: value.slice(5) })),
  card.map((value) => ({ written: `卡号${value}`, core: value.slice(0, 12) })),
  digits(6)
    .filter((code) => new Set(code).size > 3)
    .map((code) => ({ written: `验证码是 ${code}`, core: code })),
  fc.stringMatching(/^[a-z]{5}[0-9]{4}$/u).map((word) => ({ written: `密码 ${word}`, core: word })),
);
const around = fc.constantFrom(["", ""], ["订单KM1001-A充了500还没到，", " 帮我看看"], ["转人工，", "，急"], ["", "\n骗子要的，我给他了"]);

it("is in no table, no log line, no transcript, no summary, whatever else the message says", async () => {
  const desk = createDeskServices(world);
  await fc.assert(
    fc.asyncProperty(secret, around, async ({ written, core }, [before, after]) => {
      await world.reset();
      const text = `${before}${written}${after}`;
      const talk = await world.talk({ customer: "u1001" });
      world.means(mask(text).text.trim(), { intents: ["human_agent"] });
      const file = { fileId: "file_1", name: `${written}.png`, contentType: "image/png", size: 1 };
      await talk.say(text, undefined, { name: written, attachments: [file], channelData: { note: text, deep: [{ in: text }] } });
      const value = await talk.case();
      await desk.openCase(
        { channel: "ivr", language: "zh", summary: { wants: text }, facts: [{ name: "reason", value: text }], enqueue: true },
        caller,
      );
      await desk.patchCase(value.id, { note: text, priority: "high", reason: text }, value.version, caller);
      const seen = [
        await desk.transcript(value.id, { order: "oldest", limit: 500 }, caller),
        await desk.getCase(value.id, caller),
        await desk.timeline(value.id, caller),
        world.lines,
        ...(await Promise.all(TABLES.map((table) => world.sql(`select * from ${table}`)))),
      ];
      expect(JSON.stringify(seen).includes(core), text).toBe(false);
      // What is no secret is still there.
      expect(JSON.stringify(seen)).toContain("KM1001-A".slice(0, text.includes("KM1001-A") ? 8 : 0));
    }),
    { numRuns: 25 },
  );
}, 60_000);

it("a client cannot speak with the desk's own words: which secrets were masked, what a warning quotes", async () => {
  await world.reset();
  const talk = await world.talk();
  const channelData = { masked: ["no_such_kind"], jietong: { speaker: "agent", quotes: ["400-888-9999"] }, own: 1 };
  const replies = await talk.say("转人工", { intents: ["human_agent"] }, { channelData });
  expect(replies.length).toBeGreaterThan(0);
  const [own] = (await world.store.conversations.log(talk.id, 0, 10)).filter(({ activity }) => activity.from.role === "user");
  expect(own?.activity.channelData).toEqual({ own: 1 });
});

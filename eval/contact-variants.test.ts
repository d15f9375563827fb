import { describe, expect, it } from "vitest";
import { loadPolicy } from "../bot/policy/load-policy.ts";
import type { Policy } from "../bot/policy/policy.ts";
import { contactVariants } from "./contact-variants.ts";
import { measureContacts } from "./measure-contacts.ts";

const policy = loadPolicy("bot/policy");
const { official } = policy.contacts;

describe("the variants", () => {
  it("are the same for the same seed, others for another, and many", () => {
    const made = contactVariants(official, 7, 12);
    expect(contactVariants(official, 7, 12)).toEqual(made);
    expect(contactVariants(official, 8, 12)).not.toEqual(made);
    expect(made.fake.length).toBeGreaterThanOrEqual(300);
    expect(made.genuine.length).toBeGreaterThanOrEqual(100);
    expect(new Set(made.fake.map(({ of }) => of.kind))).toEqual(new Set(["phone", "site", "wechat", "qq"]));
    const genuine = new Set(made.genuine.map(({ text }) => text));
    expect(made.fake.filter(({ text }) => genuine.has(text))).toEqual([]);
  });
});

describe("the measure", () => {
  it("holds for the shop's own register", () => {
    expect(measureContacts(policy).faults).toEqual([]);
  });

  it("bites: a fake put into the register is a fake called official, an entry left out is one not recognised", () => {
    const hotline = official.find(({ kind }) => kind === "phone");
    if (!hotline) throw new Error("no hotline");
    // Ten entries that differ in the last digit alone: many a fake made from one of them is another one.
    const row = Array.from({ length: 10 }, (_, last) => ({ ...hotline, value: `400-000-123${last}` }));
    const spoilt: Policy = { ...policy, contacts: { ...policy.contacts, official: row } };
    expect(measureContacts(spoilt).fakeCalledOfficial.right).toBeGreaterThan(0);
    const reported: Policy = { ...policy, contacts: { ...policy.contacts, reportedScam: official } };
    expect(measureContacts(reported).officialRecognised.right).toBe(0);
  });
});

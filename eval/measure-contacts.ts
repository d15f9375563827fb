/** How well the contact register keeps fakes apart from its own entries: in what customers paste, and in what the desk is about to say. */
import { checkContact, unvouchedIn } from "../bot/contacts/index.ts";
import type { Policy } from "../bot/policy/policy.ts";
import { contactVariants } from "./contact-variants.ts";
import { type Share, share } from "./scorers.ts";

export interface ContactScores {
  /** Fakes that were called official. */
  readonly fakeCalledOfficial: Share;
  /** Official contacts that were recognised, however written. */
  readonly officialRecognised: Share;
  /** Reported fakes that were recognised, however written. */
  readonly reportedRecognised: Share;
  /** Fakes whose likeness to the entry they were made from was told. */
  readonly likenessTold: Share;
  /** Fakes that an outgoing text would have lost. */
  readonly outgoingStopped: Share;
  /** Official contacts that an outgoing text would have lost. */
  readonly outgoingFalseAlarms: Share;
  /** What went wrong, in words. */
  readonly faults: readonly string[];
}

const SEED = 20_261_120;
const EACH = 12;

export function measureContacts({ contacts }: Policy): ContactScores {
  const { genuine, fake } = contactVariants(contacts.official, SEED, EACH);
  const reported = contactVariants(contacts.reportedScam, SEED + 1, EACH).genuine;
  const faults: string[] = [];
  const count = <T extends { readonly rule: string; readonly text: string }>(
    what: string,
    list: readonly T[],
    holds: (one: T) => boolean,
    isFault: boolean,
  ): Share => {
    const hits = list.filter(holds);
    for (const one of isFault ? hits : list.filter((each) => !hits.includes(each)))
      faults.push(`contacts, ${what}: ${one.rule}: ${one.text}`);
    return share(hits.length, list.length);
  };
  const verdictOf = (text: string): string => checkContact(text, contacts).verdict;
  return {
    fakeCalledOfficial: count("fake called official", fake, ({ text }) => verdictOf(text) === "official", true),
    officialRecognised: count("official not recognised", genuine, ({ text }) => verdictOf(text) === "official", false),
    reportedRecognised: count("reported fake not recognised", reported, ({ text }) => verdictOf(text) === "reported_scam", false),
    likenessTold: count(
      "likeness not told",
      fake.filter(isLikeness),
      ({ text }) => checkContact(text, contacts).nearMiss !== undefined,
      false,
    ),
    outgoingStopped: count("would go out", fake, ({ text }) => unvouchedIn(text, contacts).length > 0, false),
    outgoingFalseAlarms: count("official taken out", genuine, ({ text }) => unvouchedIn(text, contacts).length > 0, true),
    faults,
  };
}

/** A link to elsewhere that stands inside an official address resembles nothing, and neither does a name with another ending. */
function isLikeness({ rule }: { readonly rule: string }): boolean {
  return !["site.led_on", "site.other_ending", "site.in_path"].includes(rule);
}

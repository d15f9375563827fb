/** What a turn reaches the world through. Filled in `wire.ts`, nowhere else. */
import type { Recogniser } from "../../intents/index.ts";
import type { Knowledge } from "../../knowledge/index.ts";
import type { SecretShelf } from "../conversation/secret-shelf.ts";
import type { LanguageHelp } from "../language-model/help.ts";
import type { Policy } from "../policy/policy.ts";
import type { AccountPlatform } from "../ports/account-platform.ts";
import type { TurnPipeline } from "../ports/channel.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { Store } from "../ports/store.ts";
import type { PhoneNumbers, Telephony } from "../ports/telephony.ts";
import type { PhoneQueue } from "../queue/phone-queue.ts";

export interface TurnWorld {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly policy: Policy;
  readonly recogniser: Recogniser;
  readonly knowledge: Knowledge;
  readonly platform: AccountPlatform;
  readonly queue: PhoneQueue;
  readonly telephony: Telephony;
  readonly phones: PhoneNumbers;
  readonly pipeline: TurnPipeline;
  readonly shelf: SecretShelf;
  /** Only where a language model is configured. */
  readonly languageHelp?: LanguageHelp;
}

/** What the phone queue's own work needs of it: no understanding, no platform, no channel. */
export type QueueWorld = Pick<TurnWorld, "store" | "clock" | "ids" | "log" | "policy" | "queue">;

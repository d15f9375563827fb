/** What the channel needs to run, and the defaults of its limits. */
import type { KeyObject } from "node:crypto";
import type { Inbox } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Ids } from "../../ports/ids.ts";
import type { Log } from "../../ports/log.ts";

/** In-process counts, for each node: a shield against floods, not an account. */
export interface DirectLineLimits {
  /** Activities in one conversation within `burstMs`. */
  readonly burst: number;
  readonly burstMs: number;
  /** Uploads in one conversation a minute. */
  readonly uploadsPerMinute: number;
  /** Conversations opened or resumed from one address a minute. Generous: many customers share one address behind their carrier. */
  readonly conversationsPerMinute: number;
}

export const DEFAULT_LIMITS: DirectLineLimits = { burst: 30, burstMs: 15_000, uploadsPerMinute: 10, conversationsPerMinute: 120 };

export interface DirectLineOptions {
  readonly inbox: Inbox;
  /** Signs our tokens; at least 32 bytes, kept over restarts. */
  readonly secretKey: Uint8Array | KeyObject;
  /** HS256 secret with which the platform signs its customers' identity. */
  readonly identitySecret: Uint8Array;
  /** The Direct Line secret is the integration key: whether this is one. */
  isIntegrationKey(key: string): boolean;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Scheme and host customers reach us under, e.g. `https://desk.example`. Default: what the request itself says. */
  readonly publicUrl?: string;
  /** Web origins that may talk to us from a browser. Default any: a token is needed anyway. */
  readonly origins?: "any" | readonly string[];
  readonly limits?: Partial<DirectLineLimits>;
  /** Who types while a turn is taken. */
  readonly bot?: { readonly id: string; readonly name?: string };
}

export const CHANNEL = "directline";

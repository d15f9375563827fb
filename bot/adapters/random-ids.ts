/**
 * Identifiers like `conv_01jd9c8k3v0000a8f3…`: kind, 48 bits of time, a 20-bit counter, 80 random bits, in Crockford's base 32
 * (https://www.crockford.com/base32.html; its alphabet is in ASCII order, so sorting the text sorts by time of making).
 * The random part is fresh for each: an id made in the same millisecond says nothing about its neighbour.
 */
import { randomBytes, randomInt } from "node:crypto";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const COUNTER_LIMIT = 2 ** 20;

function base32(value: number, digits: number): string {
  let rest = value;
  let text = "";
  for (let digit = 0; digit < digits; digit++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** @returns ids that sort by time of making within this process, even when the clock is set back. */
export function randomIds(clock: Clock): Ids {
  let lastTime = 0;
  let counter = 0;
  return {
    next(kind) {
      const now = clock.now();
      if (now > lastTime) {
        lastTime = now;
        counter = 0;
      } else if (++counter === COUNTER_LIMIT) {
        lastTime += 1;
        counter = 0;
      }
      const chance = Array.from(randomBytes(16), (byte) => ALPHABET.charAt(byte % 32)).join("");
      return `${kind}_${base32(lastTime, 10)}${base32(counter, 4)}${chance}`;
    },
    random: (below) => randomInt(below),
  };
}

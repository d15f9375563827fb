/** What a customer in line is told: his place, the range of the wait, when the phones open. */
import type { QueueNotice } from "../conversation/activity.ts";
import type { Routing } from "../decide/decision.ts";
import type { Reply } from "../decide/finding.ts";
import { sayCode, sayRange, sayTime } from "../policy/speak.ts";
import type { Standing } from "../queue/phone-queue.ts";
import type { CallbackNews } from "./callback-news.ts";
import type { EscalateInput } from "./escalate.ts";
import { sayPlace } from "./say-place.ts";
import type { TurnWorld } from "./world.ts";

export function withNews(reply: Reply & { promise: string }, news: CallbackNews): Reply & { promise: string } {
  return news.says.length === 0 ? reply : { ...reply, text: [reply.text, ...news.says].join("\n\n") };
}

export function queueReply(
  standing: Standing,
  routing: Routing,
  code: string,
  input: EscalateInput,
  world: TurnWorld,
): Reply & { promise: string } {
  const { policy, queue } = world;
  const { language } = input.state;
  const values = { ahead: standing.position - 1, code: sayCode(code), skill: policy.say(`skill.${routing.skill}`, language) };
  const isNext = standing.position === 1;
  if (!queue.isOpen(input.now)) {
    const by = sayTime(input.now + policy.writtenAnswerHours * 3_600_000, input.now, policy.timeZone, language);
    const opens = clock(policy.phoneHours.opens);
    return {
      text: policy.say(isNext ? "queue.closed_next" : "queue.closed", language, { ...values, opens, by }),
      promise: policy.say("promise.closed", language, { opens, by }),
    };
  }
  const place = isNext ? "next" : "joined";
  if (!standing.range)
    return {
      text: policy.say(`queue.${place}`, language, values),
      promise: policy.say("promise.joined", language, { place: sayPlace(values.ahead, policy, language) }),
    };
  const wait = sayRange(standing.range, input.now, policy.timeZone, language);
  return {
    text: policy.say(`queue.${place}_with_range`, language, { ...values, wait }),
    promise: policy.say("promise.range", language, { place: sayPlace(values.ahead, policy, language), wait }),
  };
}

/** Out of hours nobody serves the queue: then a range would be a promise nobody keeps. */
export function noticeOf({ position, range }: Standing, isOpen: boolean): QueueNotice {
  if (!range || !isOpen) return { position };
  const { lowSeconds: low, highSeconds: high, coverage } = range;
  return { position, low, high, ...(coverage === undefined ? {} : { coverage }) };
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

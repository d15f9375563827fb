/** When a customer in line is told his place anew. Pure: what he was told last, where he stands now, what time it is. */
import type { QueueNotice } from "../conversation/activity.ts";
import type { WaitRange } from "../queue/estimate-wait.ts";

/** Nobody is told more often. */
export const NEWS_EVERY_MS = 15_000;
/** Smaller changes of the end of the wait are no news. */
const WORTH_MS = 60_000;

export interface ToldPlace {
  readonly at: number;
  readonly position: number;
  readonly range?: WaitRange;
  /** The look before this one found his place worse than told: a place that comes back within seconds is not told as lost. */
  readonly looksWorse?: true;
}

export interface PlaceNews {
  /** What he knows from now on. */
  readonly told: ToldPlace;
  /** Absent: nothing to tell. */
  readonly notice?: QueueNotice;
}

/**
 * A better place or an earlier end is told at once. A worse one is told only when it is still so at the next look, and always with its reason:
 * `others_first` (somebody due earlier has joined) or `slower` (calls take longer, or fewer agents). As long as the range he was told can
 * still come true and his place stands, nothing is said: ranges that slide with the clock are no news.
 */
export function placeNews(told: ToldPlace, position: number, range: WaitRange | undefined, now: number): PlaceNews {
  if (now - told.at < NEWS_EVERY_MS) return { told };
  const tell = (because?: QueueNotice["because"]): PlaceNews => ({
    told: { at: now, position, ...(range ? { range } : {}) },
    notice: noticeOfPlace(position, range, because),
  });
  const isLater = endsLater(told, range, now);
  if (position < told.position) return tell(isLater ? "slower" : undefined);
  const isBroken = isLater && cannotHold(told, range, now);
  const because = position > told.position ? "others_first" : isBroken ? "slower" : undefined;
  if (because !== undefined) return told.looksWorse ? tell(because) : { told: { ...told, looksWorse: true } };
  const { looksWorse: _over, ...same } = told;
  return endsSooner(told, range, now) ? tell() : { told: same };
}

export function noticeOfPlace(position: number, range: WaitRange | undefined, because?: QueueNotice["because"]): QueueNotice {
  const coverage = range?.coverage === undefined ? {} : { coverage: range.coverage };
  return { position, ...(range ? { low: range.lowSeconds, high: range.highSeconds, ...coverage } : {}), ...(because ? { because } : {}) };
}

/** By the clock the end now lies noticeably after the one he was told, or cannot be told any more. */
function endsLater({ at, range: before }: ToldPlace, range: WaitRange | undefined, now: number): boolean {
  if (!before) return false;
  return !range || now + range.highSeconds * 1000 > at + before.highSeconds * 1000 + WORTH_MS;
}

/** The told range cannot come true any more, or the wait has grown by half. */
function cannotHold({ at, range: before }: ToldPlace, range: WaitRange | undefined, now: number): boolean {
  if (!before || !range) return true;
  return now >= at + before.highSeconds * 1000 - WORTH_MS || range.highSeconds >= before.highSeconds * 1.5;
}

function endsSooner({ at, range: before }: ToldPlace, range: WaitRange | undefined, now: number): boolean {
  if (!range) return false;
  return !before || now + range.highSeconds * 1000 <= at + before.highSeconds * 1000 - WORTH_MS;
}

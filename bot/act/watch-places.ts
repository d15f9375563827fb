/**
 * Tells customers who have the chat open their place as it changes. What it tells is not part of the log: a place of ten minutes ago is no
 * use to anybody. One reading of the line for all of them; an estimate is made once for all who stand at the same place.
 */
import type { QueueNotice } from "../conversation/activity.ts";
import type { PlaceInLine } from "../ports/store.ts";
import type { WaitRange } from "../queue/estimate-wait.ts";
import { NEWS_EVERY_MS, noticeOfPlace, placeNews, type ToldPlace } from "./place-news.ts";
import type { TurnWorld } from "./world.ts";

/** The channel: who has a chat open on this node, and how to show something in it that is not kept. */
export interface OpenChats {
  present(): readonly string[];
  tell(conversationId: string, news: { readonly caseCode: string; readonly queue: QueueNotice }): void;
}

export interface PlaceWatch {
  /** Looks once. */
  look(): Promise<void>;
}

const LOOK_EVERY_MS = 3000;
/** What was told is remembered so long after the chat was closed: who comes back is not told worse without a reason. */
const FORGET_MS = 10 * 60_000;

interface Known extends ToldPlace {
  readonly entryId: string;
  readonly seenAt: number;
}

type Estimate = (place: PlaceInLine) => Promise<WaitRange | undefined>;

export function createPlaceWatch(world: Pick<TurnWorld, "store" | "queue" | "clock" | "log">, chats: OpenChats): PlaceWatch {
  const known = new Map<string, Known>();
  let here: ReadonlySet<string> = new Set();

  const lookAt = async (place: PlaceInLine, isBack: boolean, now: number, estimate: Estimate): Promise<void> => {
    const { conversationId, entryId, position, caseCode } = place;
    const kept = known.get(conversationId);
    const before = kept?.entryId === entryId ? kept : undefined;
    const remember = (told: ToldPlace): void => void known.set(conversationId, { ...told, entryId, seenAt: now });
    const joinedAt = Date.parse(place.joinedAt);
    if (before && now - before.at < NEWS_EVERY_MS) return remember(before);
    const range = await estimate(place);
    const present: ToldPlace = { at: now, position, ...(range ? { range } : {}) };
    // The answer that put him into the line has just told him.
    if (!before && now - joinedAt < NEWS_EVERY_MS) return remember({ ...present, at: joinedAt });
    const news = before ? placeNews(before, position, range, now) : { told: present, notice: noticeOfPlace(position, range) };
    remember(news.told);
    // A chat opened anew shows what the log holds: that may be long ago.
    const notice = news.notice ?? (isBack && before?.position === position ? noticeOfPlace(position, range) : undefined);
    if (notice) chats.tell(conversationId, { caseCode, queue: notice });
  };

  const look = async (): Promise<void> => {
    const now = world.clock.now();
    for (const [id, { seenAt }] of known) if (now - seenAt > FORGET_MS) known.delete(id);
    const open = chats.present();
    const were = here;
    here = new Set(open);
    if (open.length === 0) return;
    const places = await world.store.queue.places(open);
    const estimate = oncePerPlace(world, now);
    for (const place of places) await lookAt(place, !were.has(place.conversationId), now, estimate);
  };

  return { look };
}

/** Looks every few seconds until it is stopped; a look that fails is logged, and the next one comes. */
export function startPlaceWatch(
  world: Pick<TurnWorld, "store" | "queue" | "clock" | "log">,
  chats: OpenChats,
  sleep: (ms: number) => Promise<void>,
): { stop(): Promise<void> } {
  const watch = createPlaceWatch(world, chats);
  let stopping = false;
  let looking: Promise<void> = Promise.resolve();
  const loop = async (): Promise<void> => {
    while (!stopping) {
      looking = watch
        .look()
        .catch((error: unknown) => world.log.warn({ error: error instanceof Error ? error.message : String(error) }, "places not told"));
      await looking;
      await sleep(LOOK_EVERY_MS);
    }
  };
  void loop();
  return {
    stop: async () => {
      stopping = true;
      await looking;
    },
  };
}

/** Out of hours nobody serves the line: then a range would be a promise nobody keeps. */
function oncePerPlace({ queue }: Pick<TurnWorld, "queue">, now: number): Estimate {
  if (!queue.isOpen(now)) return async () => undefined;
  const made = new Map<string, Promise<WaitRange | undefined>>();
  return ({ skill, language, position }) => {
    const key = `${skill} ${language} ${position}`;
    const range = made.get(key) ?? queue.estimate(skill, language, position - 1);
    made.set(key, range);
    return range;
  };
}

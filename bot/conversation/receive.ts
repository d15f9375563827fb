/**
 * Receiving: one insert, then one turn at a time for each conversation. Later messages wait, and are never dropped.
 *
 * In one conversation a runner is idle, waiting for the rest of a fragment, or taking a turn. A message that comes during a turn makes the
 * runner go round once more. What a crash leaves pending is taken up again at start and by a sweep.
 */
import type { TurnWorld } from "../act/world.ts";
import { Problem } from "../errors.ts";
import type { Inbox } from "../ports/channel.ts";
import type { Standing } from "../ports/store.ts";
import type { Activity, LoggedActivity } from "./activity.ts";
import { type Conversation, newConversationState } from "./conversation.ts";
import { FRAGMENT_MOST_MS, FRAGMENT_PAUSE_MS, isComplete, joinFragments } from "./fragments.ts";
import { toActivity } from "./incoming.ts";
import { createMemory } from "./memory.ts";
import { awaitsFacts, understand } from "./read-messages.ts";
import { type Matter, takeTurn } from "./turn.ts";

/** Longest message, in characters (code points). */
export const MOST_CHARACTERS = 4000;
/** Messages of one conversation that may wait for their turn. */
const MOST_PENDING = 60;
/** A failed turn is tried again after these pauses, then left to the sweep. Milliseconds. */
const RETRY_MS = [200, 1000, 3000];

/** Timers of the process, so that tests can do without real waiting. */
export interface Waiter {
  after(ms: number, work: () => void): () => void;
}

interface Runner {
  busy: boolean;
  again: boolean;
  pending: number;
  /** Messages held back for the rest of a sentence. */
  waiting: LoggedActivity[];
  firstAt: number | undefined;
  failures: number;
  cancel: (() => void) | undefined;
}

export interface Receiver extends Inbox {
  /** Takes up every conversation with pending messages. */
  resume(): Promise<number>;
  /** Resolves when no turn is running; nothing new is begun after it was called. */
  drain(): Promise<void>;
  /** Called when a turn begins, for the typing sign. */
  onTurnBegins(listener: (conversationId: string) => void): void;
}

export function createReceiver(world: TurnWorld, waiter: Waiter): Receiver {
  const runners = new Map<string, Runner>();
  const followers = new Map<string, Set<(added?: readonly LoggedActivity[]) => void>>();
  const memory = createMemory();
  const beginners: ((conversationId: string) => void)[] = [];
  let stopping = false;
  let idle: (() => void) | undefined;

  const grew = (conversationId: string | undefined, added?: readonly LoggedActivity[]): void => {
    const sets = conversationId === undefined ? [...followers.values()] : [followers.get(conversationId)];
    const shown = added && world.shelf.reveal(added, world.clock.now());
    for (const set of sets) for (const listener of set ?? []) listener(shown);
  };
  world.store.onLogGrew(grew);

  const runnerOf = (id: string): Runner => {
    let runner = runners.get(id);
    if (!runner) {
      runner = { busy: false, again: false, pending: 0, waiting: [], firstAt: undefined, failures: 0, cancel: undefined };
      runners.set(id, runner);
    }
    return runner;
  };

  /** A message that was counted and then not stored, or stored before. */
  const uncount = (id: string): void => {
    const runner = runnerOf(id);
    runner.pending = Math.max(0, runner.pending - 1);
    if (!runner.busy && !runner.cancel && runner.pending === 0 && runner.failures === 0) runners.delete(id);
  };

  const run = async (id: string, atHand?: Matter): Promise<void> => {
    const runner = runnerOf(id);
    runner.cancel?.();
    runner.cancel = undefined;
    if (runner.busy) {
      runner.again = true;
      return;
    }
    if (stopping) return;
    runner.busy = true;
    runner.firstAt = undefined;
    runner.waiting = [];
    // Where an agent answers, nobody is typing.
    if ((atHand?.conversation ?? memory.get(id))?.state.handler !== "agent") for (const begins of beginners) begins(id);
    let matter = atHand;
    try {
      do {
        runner.again = false;
        runner.pending = 0;
        const after = await takeTurn(world, id, matter);
        matter = undefined;
        if (after) memory.keep(after);
      } while (runner.again && !stopping);
      runner.failures = 0;
    } catch (error) {
      memory.forget(id);
      world.log.error(
        { conversation: id, error: error instanceof Error ? error.message : String(error) },
        "turn failed; its messages stay pending",
      );
      const pause = RETRY_MS[runner.failures];
      runner.failures += 1;
      if (pause !== undefined && !stopping) runner.cancel = waiter.after(pause, () => void run(id));
    } finally {
      runner.busy = false;
      if (!runner.cancel && runner.failures === 0 && !runner.again) runners.delete(id);
      if (idle && [...runners.values()].every((other) => !other.busy)) idle();
    }
  };

  /** Takes the turn now when the words are complete, else gives the next fragment a moment. */
  const schedule = (conversation: Conversation, newest: LoggedActivity, standing: Standing | undefined): void => {
    const { id, state } = conversation;
    const runner = runnerOf(id);
    if (runner.busy) {
      runner.again = true;
      return;
    }
    const now = world.clock.now();
    runner.firstAt ??= now;
    runner.waiting.push(newest);
    const pending = runner.waiting.toSorted((left, right) => left.seq - right.seq);
    const activities = pending.map(({ activity }) => activity);
    const text = joinFragments(activities.map((activity) => activity.text ?? ""));
    const understanding = understand(world, conversation, text, now);
    const left = runner.firstAt + FRAGMENT_MOST_MS - now;
    const hasOpenQuestion = state.question !== undefined || state.offeredPerson === true;
    if (left <= 0 || isComplete(activities, understanding, hasOpenQuestion, awaitsFacts(world, conversation, understanding, text))) {
      // Everything the turn begins with is known, if nothing else is pending or on its way into the store.
      const knowsAll =
        standing?.version === conversation.version &&
        runner.pending === pending.length &&
        standing.pending.every((seq) => pending.some((one) => one.seq === seq));
      void run(id, knowsAll ? { conversation, pending, openCaseId: standing.caseId, understanding } : undefined);
      return;
    }
    runner.cancel?.();
    runner.cancel = waiter.after(Math.min(FRAGMENT_PAUSE_MS, left), () => void run(id));
  };

  const { store } = world;
  return {
    open: async ({ channel, userId, locale, identity }) => {
      const at = new Date(world.clock.now()).toISOString();
      const language = locale?.toLowerCase().startsWith("en") ? "en" : "zh";
      const conversation: Conversation = {
        id: world.ids.next("conv"),
        channel,
        userId,
        ...(identity ? { identity } : {}),
        state: newConversationState(language),
        version: 1,
        createdAt: at,
        updatedAt: at,
      };
      const greeting: Activity = {
        id: world.ids.next("act"),
        type: "message",
        timestamp: at,
        from: { id: "jietong", name: "接通", role: "bot" },
        conversation: { id: conversation.id },
        channelId: channel,
        text: identity?.name
          ? world.policy.say("greeting_named", language, { name: identity.name })
          : world.policy.say("greeting", language),
        textFormat: "markdown",
        locale: language === "zh" ? "zh-CN" : "en",
        inputHint: "acceptingInput",
        channelData: { jietong: { speaker: "bot" } },
      };
      await store.transaction(async (repositories) => {
        await repositories.conversations.create(conversation);
        await repositories.conversations.append(conversation.id, greeting, { awaitsTurn: false });
        await repositories.events.append({
          type: "conversation.started",
          at,
          conversationId: conversation.id,
          data: { channel, language, verified: identity !== undefined },
        });
      });
      memory.keep(conversation);
      return conversation;
    },
    find: (id) => store.conversations.get(id),
    identify: async (id, identity) => {
      const conversation = await store.conversations.get(id);
      if (!conversation) throw new Problem("conversation_unknown");
      if (conversation.identity) return conversation.identity.customerId === identity.customerId;
      await store.conversations.identify(id, identity);
      memory.forget(id);
      return true;
    },
    receive: async (conversationId, incoming) => {
      if ([...(incoming.text ?? "")].length > MOST_CHARACTERS) throw new Problem("message_too_long");
      const known = memory.get(conversationId);
      const conversation = known ?? (await store.conversations.get(conversationId));
      if (!conversation) throw new Problem("conversation_unknown");
      // A sign that somebody types is gone the next moment: it has no place in the log.
      if (incoming.type === "typing") return { id: world.ids.next("act"), seq: 0, repeated: false };
      const awaitsTurn = incoming.type === "message";
      if ((runners.get(conversationId)?.pending ?? 0) >= MOST_PENDING) throw new Problem("too_many_messages");
      // Counted before it is stored: a burst that comes all at once is a burst too.
      if (awaitsTurn) runnerOf(conversationId).pending += 1;
      const activity = toActivity(incoming, conversation, world);
      const appended = await store.conversations
        .append(conversationId, activity, {
          ...(incoming.externalId === undefined ? {} : { externalId: incoming.externalId }),
          awaitsTurn,
        })
        .catch((error: unknown) => {
          if (awaitsTurn) uncount(conversationId);
          throw error;
        });
      if (awaitsTurn && (!appended || appended.repeated)) uncount(conversationId);
      if (!appended) throw new Problem("conversation_unknown");
      const { id, seq, repeated, standing } = appended;
      if (awaitsTurn && !repeated) {
        const stands = standing?.version === conversation.version ? conversation : await store.conversations.get(conversationId);
        schedule(withIdentity(stands ?? conversation, standing), { seq, activity }, standing);
      }
      return { id, seq, repeated };
    },
    log: async (id, after, limit) => world.shelf.reveal(await store.conversations.log(id, after, limit), world.clock.now()),
    follow: (id, listener) => {
      const set = followers.get(id) ?? new Set();
      followers.set(id, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && followers.get(id) === set) followers.delete(id);
      };
    },
    saveFile: async (file) => {
      const id = world.ids.next("file");
      await store.files.put({ ...file, id });
      return id;
    },
    dropFiles: async (ids) => {
      if (ids.length > 0) await store.files.removeUnsent(ids);
    },
    file: (id) => store.files.get(id),
    resume: async () => {
      const ids = await store.conversations.withPending(500);
      for (const id of ids) if (!runners.get(id)?.busy && !runners.get(id)?.cancel) void run(id);
      return ids.length;
    },
    drain: () => {
      stopping = true;
      for (const runner of runners.values()) runner.cancel?.();
      if ([...runners.values()].every((runner) => !runner.busy)) return Promise.resolve();
      return new Promise((resolve) => {
        idle = resolve;
      });
    },
    onTurnBegins: (listener) => {
      beginners.push(listener);
    },
  };
}

/** Whom the platform says the customer is, as the store had it last. */
function withIdentity(conversation: Conversation, standing: Standing | undefined): Conversation {
  return standing?.identity === undefined ? conversation : { ...conversation, identity: standing.identity };
}

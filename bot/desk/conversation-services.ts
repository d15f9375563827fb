/** An agent in the customer's conversation: takes it over, speaks in it, hands it back. The bot is silent meanwhile; see `conversation/takeover.ts`. */
import { toActivity } from "../act/to-activity.ts";
import type { TurnWorld } from "../act/world.ts";
import type { Activity } from "../conversation/activity.ts";
import type { Conversation, ConversationState, TakenBy } from "../conversation/conversation.ts";
import { handbackTimer, handbackTimerId, handedBack, spoke, takenOver } from "../conversation/takeover.ts";
import { Problem } from "../errors.ts";
import { mask } from "../guard/mask.ts";
import type { ConversationServices, Handling, SpokenMessage } from "../http/conversation-services.ts";
import type { Caller, IdempotencyKey } from "../http/services.ts";
import type { Instant } from "../policy/words.ts";
import type { Repositories } from "../ports/store.ts";
import { auditor } from "./audit.ts";

const RETAKES = 4;

interface Speaker {
  readonly agentId: string;
  /** Absent: only a user name is known, and that is no business of the customer's. */
  readonly name?: string;
}

/** What a change of the conversation writes, all in one transaction. */
interface Change {
  readonly state: ConversationState;
  readonly says?: Activity;
  readonly event?: string;
  /** The customer has been answered, or is the bot's again: nobody owes him a word. */
  readonly settles?: boolean;
  /** From when on the customer waits for a word: then the timer is set that gives him the bot back. */
  readonly owes?: Instant | undefined;
}

export function createConversationServices(world: TurnWorld): ConversationServices {
  const { store, policy, clock } = world;
  const audit = auditor(() => clock.now());

  const speakerOf = async (by: Caller, agentId: string | undefined): Promise<Speaker> => {
    const id = by.kind === "agent" ? by.agentId : agentId;
    if (id === undefined) throw new Problem("bad_request", undefined, [{ field: "agentId", message: "who answers, when a key asks" }]);
    const agent = await store.agents.get(id);
    if (!agent) throw new Problem("agent_unknown");
    return { agentId: agent.id, ...(agent.name === agent.id ? {} : { name: agent.name }) };
  };

  const isSupervisor = async (agentId: string): Promise<boolean> => (await store.agents.get(agentId))?.role === "supervisor";

  /** An agent speaks to whose case he holds; a supervisor and a key to everybody. */
  const mayEnter = async (conversation: Conversation, by: Caller): Promise<void> => {
    if (by.kind !== "agent" || by.role !== "agent") return;
    const open = await store.cases.openFor(conversation.id);
    const entry = open && (await store.queue.openFor(open.id));
    if (entry?.agentId !== by.agentId) throw new Problem("forbidden", "Claim its case first: an agent enters the conversations he holds.");
  };

  const mustGet = async (id: string): Promise<Conversation> => {
    const found = await store.conversations.get(id);
    if (!found) throw new Problem("conversation_unknown");
    return found;
  };

  /** One change, guarded by the version: a turn that ended meanwhile makes it be thought again. */
  const change = async <T>(
    id: string,
    by: Caller,
    action: string,
    think: (conversation: Conversation) => Promise<{ readonly change?: Change; readonly answer: T }>,
    also: (repositories: Repositories) => Promise<void> = async () => {},
  ): Promise<T> => {
    for (let attempt = 0; attempt < RETAKES; attempt += 1) {
      const conversation = await mustGet(id);
      const { change: wanted, answer } = await think(conversation);
      if (!wanted) return answer;
      const isDone = await store.transaction(async (repositories) => {
        if (!(await repositories.conversations.saveState(id, wanted.state, conversation.version))) return false;
        if (wanted.says) await repositories.conversations.append(id, wanted.says, { awaitsTurn: false });
        if (wanted.settles) await repositories.timers.cancel(handbackTimerId(id));
        if (wanted.owes !== undefined) await repositories.timers.set(handbackTimer(id, wanted.owes));
        const at = new Date(clock.now()).toISOString();
        const open = wanted.event === undefined ? undefined : await repositories.cases.openFor(id);
        if (wanted.event !== undefined)
          await repositories.events.append({
            type: wanted.event,
            at,
            conversationId: id,
            ...(open ? { caseId: open.id } : {}),
            data: { by: by.name },
          });
        await audit(repositories, by, action, id);
        await also(repositories);
        return true;
      });
      if (isDone) return answer;
    }
    throw new Problem("version_conflict");
  };

  const notice = (conversation: Conversation, key: string, name: string, values: Record<string, string | number> = {}): Activity => {
    const text = policy.say(key, conversation.state.language, { name, ...values });
    return toActivity({ text }, { conversation, now: clock.now() }, world, { speaker: "bot" });
  };

  const spoken = (conversation: Conversation, text: string, { agentId, name }: TakenBy): Activity => ({
    ...toActivity({ text }, { conversation, now: clock.now() }, world, { speaker: "agent" }),
    from: { id: `agent:${agentId}`, name, role: "bot" },
    // What a person types is words, not markup.
    textFormat: "plain",
  });

  return {
    handling: async (id) => handlingOf(await mustGet(id)),

    takeOver: async (id, request, by) => {
      const speaker = await speakerOf(by, request.agentId);
      return change<Handling>(id, by, "conversation.takeover", async (conversation) => {
        await mayEnter(conversation, by);
        const { takenBy } = conversation.state;
        if (takenBy?.agentId === speaker.agentId) return { answer: handlingOf(conversation) };
        // Who holds the call answers: only a supervisor who has stepped in is not put out by an agent.
        if (takenBy !== undefined && by.kind === "agent" && by.role === "agent" && (await isSupervisor(takenBy.agentId)))
          throw new Problem("taken_over");
        const name = speaker.name ?? policy.say("agent.unnamed", conversation.state.language);
        const state = takenOver(conversation.state, { ...speaker, name }, new Date(clock.now()).toISOString());
        const says = notice(conversation, "takeover.began", name);
        return {
          change: { state, says, event: "conversation.taken_over", owes: state.takenBy?.owesSince },
          answer: handlingOf({ ...conversation, state }),
        };
      });
    },

    handBack: async (id, by) =>
      change<Handling>(id, by, "conversation.handback", async (conversation) => {
        const { takenBy } = conversation.state;
        if (takenBy === undefined) return { answer: handlingOf(conversation) };
        if (by.kind === "agent" && by.role === "agent" && takenBy.agentId !== by.agentId) throw new Problem("taken_over");
        const state = handedBack(conversation.state);
        const says = notice(conversation, "takeover.ended", takenBy.name);
        return {
          change: { state, says, event: "conversation.handed_back", settles: true },
          answer: handlingOf({ ...conversation, state }),
        };
      }),

    speak: async (id, message, by, key?: IdempotencyKey) => {
      const earlier = key && (await store.idempotency.find(key.scope, key.key, key.requestHash));
      if (earlier === "mismatch") throw new Problem("idempotency_mismatch");
      if (earlier) return earlier.body as SpokenMessage;
      const { text, found } = mask(message.text);
      const speaker = await speakerOf(by, message.agentId);
      let answer: SpokenMessage | undefined;
      return change<SpokenMessage>(
        id,
        by,
        "conversation.message",
        async (conversation) => {
          const { takenBy } = conversation.state;
          if (takenBy === undefined) throw new Problem("not_taken_over");
          if (takenBy.agentId !== speaker.agentId) throw new Problem("taken_over");
          const says = spoken(conversation, text, takenBy);
          answer = { id: says.id, at: says.timestamp, masked: found };
          return { change: { state: spoke(conversation.state), says, settles: true }, answer };
        },
        async (repositories) => {
          if (key) await repositories.idempotency.put(key.scope, key.key, key.requestHash, { status: 201, body: answer });
        },
      );
    },
  };
}

function handlingOf({ id, state }: Conversation): Handling {
  const { takenBy } = state;
  return {
    conversationId: id,
    handler: state.handler,
    ...(takenBy === undefined ? {} : { agent: { id: takenBy.agentId, name: takenBy.name }, since: takenBy.since }),
  };
}

/**
 * A store that lets nothing out unchecked. Whatever a customer is told is in the conversation's log before it is sent, and it gets there by two
 * methods: so this is the one place that no sender can go round, whoever wrote the words.
 */
import type { Activity } from "../conversation/activity.ts";
import type { SecretShelf } from "../conversation/secret-shelf.ts";
import type { ConversationRepository, Repositories, Store } from "../ports/store.ts";
import type { OutgoingGuard } from "./outgoing.ts";

export function guardStore(store: Store, guard: OutgoingGuard): Store {
  return {
    ...store,
    conversations: guarded(store.conversations, guard),
    transaction: (work) =>
      store.transaction((repositories: Repositories) =>
        work({ ...repositories, conversations: guarded(repositories.conversations, guard) }),
      ),
  };
}

/** What lies on the shelf is shown to its customer instead of what is stored. Keys stand between backticks and are the platform's. */
export function guardShelf(shelf: SecretShelf, guard: OutgoingGuard): SecretShelf {
  return {
    put: (activityId, text, now) => {
      const keys = [...text.matchAll(/`([^`]+)`/gu)].flatMap((match) => match[1] ?? []);
      shelf.put(activityId, guard.text(text, /\p{Script=Han}/u.test(text) ? "zh" : "en", keys), now);
    },
    reveal: (log, now) => shelf.reveal(log, now),
  };
}

/** Every method by name: a new one does not compile before somebody has decided whether a customer reads what it writes. */
function guarded(inner: ConversationRepository, guard: OutgoingGuard): ConversationRepository {
  const checked = (conversationId: string, activity: Activity): Activity | Promise<Activity> =>
    activity.from.role === "user" ? activity : guard.activity(activity, () => inner.get(conversationId));
  return {
    append: async (conversationId, activity, ...more) => inner.append(conversationId, await checked(conversationId, activity), ...more),
    commitTurn: async (turn, state, version, replies, ...more) => {
      const known = async () => {
        const stored = await inner.get(turn.conversationId);
        // The facts of this very turn count too.
        return { state, ...(stored?.identity ? { identity: stored.identity } : {}) };
      };
      const clean = await Promise.all(replies.map((reply) => guard.activity(reply, known)));
      return inner.commitTurn(turn, state, version, clean, ...more);
    },
    create: (...given) => inner.create(...given),
    get: (...given) => inner.get(...given),
    identify: (...given) => inner.identify(...given),
    log: (...given) => inner.log(...given),
    logBefore: (...given) => inner.logBefore(...given),
    pending: (...given) => inner.pending(...given),
    withPending: (...given) => inner.withPending(...given),
    saveState: (...given) => inner.saveState(...given),
    turns: (...given) => inner.turns(...given),
  };
}

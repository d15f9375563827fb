/** What a language model does for the desk, put together. Loaded only where one is configured. */
import type { IntentDefinition } from "../../intents/index.ts";
import type { Knowledge } from "../../knowledge/index.ts";
import { decide } from "../decide/decide.ts";
import type { Hearing } from "../decide/hearing.ts";
import { mask } from "../guard/mask.ts";
import type { Prompts } from "../policy/load-prompts.ts";
import type { Policy } from "../policy/policy.ts";
import type { Prompt } from "../ports/language-model.ts";
import type { Store, Timer } from "../ports/store.ts";
import { groundedAnswer } from "./grounded-answer.ts";
import { createGuardedModel, type GuardParts } from "./guarded-model.ts";
import type { LanguageHelp, Lost, RewordKind } from "./help.ts";
import { secondOpinion } from "./second-opinion.ts";
import { batchesOf, needs, translateBatch } from "./translate.ts";
import { wordSummary } from "./word-summary.ts";

export interface HelpParts extends Omit<GuardParts, "uses" | "timeZone"> {
  readonly store: Store;
  readonly policy: Policy;
  readonly prompts: Prompts;
  readonly knowledge: Knowledge;
  /** As it is now: it may be learned anew while the desk runs. */
  readonly catalogue: () => ReadonlyMap<string, IntentDefinition>;
}

/** One for the opinion; two for the answer, which may look something up in between. */
const CALLS_A_TURN = 3;
/** Several messages in a row change the case several times: it is worded once. */
const REWORD_AFTER_MS = 3000;
/** Nobody waits for these. */
const REWORD_MS = 20_000;
const TRANSLATE_MS = 20_000;
/** Calls that one translation may take. */
const MOST_BATCHES = 4;
/** Lines that are not translated again, by language. */
const MOST_REMEMBERED = 2000;
/** Cases that are worded at the same time. */
const MOST_AT_ONCE = 2;

/** Turns running without understanding for which a model is asked. */
const MOST_LOST = 2;

export function createLanguageHelp(parts: HelpParts): LanguageHelp {
  const { store, policy, prompts, knowledge, catalogue, clock, log, limits } = parts;
  const guarded = createGuardedModel({ ...parts, uses: store.modelUses, timeZone: policy.timeZone });
  const running = new Map<string, Promise<void>>();
  const waiting = new Map<string, Timer>();
  const translations = { zh: new Map<string, string>(), en: new Map<string, string>() };
  let stopping = false;

  const whenLost = async (lost: Lost): Promise<Hearing> => {
    const { conversation, turnId, hearing } = lost;
    // Who is not understood again and again is offered a person; he cannot use up the day's budget of all the others.
    if (lost.conversation.state.misunderstood >= MOST_LOST) return hearing;
    const intents = catalogue();
    if (isUrgent(lost, policy, intents)) return hearing;
    const round = guarded.begin({ conversationId: conversation.id, turnId }, { ms: limits.turnMs, calls: CALLS_A_TURN });
    const opinion = await secondOpinion(round, prompts["second-opinion"], lost, intents);
    if (opinion && !opinion.notUnderstood) return opinion;
    // A question put to the customer is better than an answer to another question.
    return opinion ?? (await groundedAnswer(round, prompts["grounded-answer"], lost, knowledge, intents)) ?? hearing;
  };

  const reword = async (timer: Timer): Promise<void> => {
    const caseId = String(timer.data.caseId);
    const before = await store.cases.get(caseId);
    const isOver = before === undefined || before.status === "resolved" || before.status === "closed";
    const prompt = prompts["case-summary"];
    const round = guarded.begin({ caseId }, { ms: REWORD_MS, calls: 1 });
    const text = isOver ? undefined : await wordSummary(round, prompt, before.summary.text, before.language);
    // What a stop cut short is taken up again after the next start.
    if (stopping) return;
    if (text === undefined || before === undefined) {
      await store.timers.finish(timer.id, timer.fireAt);
      return;
    }
    const at = new Date(clock.now()).toISOString();
    const wording = { model: guarded.name, prompt: nameOf(prompt), at };
    const after = { ...before, version: before.version + 1, summary: { ...before.summary, text: mask(text).text, wording }, updatedAt: at };
    await store.transaction(async (repositories) => {
      if (!(await repositories.timers.finish(timer.id, timer.fireAt))) return;
      // Changed meanwhile: whoever changed it has set the timer anew, or an agent's word counts more than a wording.
      if (!(await repositories.cases.update(after))) return;
      const data = { version: after.version, by: "model", prompt: wording.prompt };
      await repositories.events.append({
        type: "case.updated",
        at,
        caseId,
        ...(after.conversationId === undefined ? {} : { conversationId: after.conversationId }),
        data,
      });
    });
  };

  const next = (): void => {
    const [first] = waiting;
    if (stopping || first === undefined || running.size >= MOST_AT_ONCE) return;
    const [id, timer] = first;
    waiting.delete(id);
    const work = reword(timer)
      .catch((error: unknown) =>
        log.warn({ timer: id, error: error instanceof Error ? error.message : String(error) }, "a summary was not worded"),
      )
      .finally(() => {
        running.delete(id);
        next();
      });
    running.set(id, work);
  };

  return {
    name: guarded.name,
    whenLost,
    rewordLater: (caseId, now) => ({
      id: `reword-${caseId}`,
      fireAt: new Date(now + REWORD_AFTER_MS).toISOString(),
      kind: "reword_summary" satisfies RewordKind,
      data: { caseId },
    }),
    reword: (timer) => {
      if (!running.has(timer.id)) waiting.set(timer.id, timer);
      next();
    },
    translate: async (lines, to, caseId) => {
      const known = translations[to];
      const wanted = lines.filter((line) => needs(line, to));
      const batches = batchesOf([...new Set(wanted)].filter((line) => !known.has(line)));
      const round = guarded.begin({ caseId }, { ms: TRANSLATE_MS, calls: MOST_BATCHES });
      for (const batch of batches.slice(0, MOST_BATCHES))
        for (const [original, text] of await translateBatch(round, prompts.translation, batch, to)) known.set(original, text);
      const translated = lines.map((line) => (needs(line, to) ? known.get(line) : undefined));
      for (const eldest of [...known.keys()].slice(0, Math.max(0, known.size - MOST_REMEMBERED))) known.delete(eldest);
      return { lines: translated, wanted: wanted.length };
    },
    stop: async () => {
      stopping = true;
      guarded.close();
      await Promise.all(running.values());
    },
  };
}

/** A customer who is angry, or who waits for a person, is not kept waiting for a model. */
function isUrgent(
  { understanding, hearing, conversation, text }: Lost,
  policy: Policy,
  catalogue: ReadonlyMap<string, IntentDefinition>,
): boolean {
  if (understanding.mood.label === "angry") return true;
  const given = { understanding, hearing, conversation, findings: [], contacts: 1, text, policy, catalogue };
  return decide(given).kind === "escalate";
}

function nameOf({ id, version }: Prompt): string {
  return `${id}@${version}`;
}

/**
 * The only way to the model. What is asked is masked; a round (a turn, an update of a case, a translation) has one deadline and so many calls;
 * a day has so many tokens, counted in the store; a model that fails several times in a row is left alone for a while. Whatever goes wrong, the
 * caller gets undefined and does what it does without a model.
 */
import { mask } from "../guard/mask.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { LanguageModel, ModelOutcome, ModelTool, ModelUse, ModelUseRepository, Prompt, Shape } from "../ports/language-model.ts";
import type { Log } from "../ports/log.ts";
import { createBreaker } from "./breaker.ts";

export interface ModelLimits {
  /** For all calls of a turn together, in ms. */
  readonly turnMs: number;
  readonly tokensPerDay: number;
}

export interface GuardParts {
  readonly model: LanguageModel;
  readonly uses: ModelUseRepository;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly timeZone: string;
  readonly limits: ModelLimits;
  /** Aborts after so many ms of real time. */
  readonly deadline: (ms: number) => AbortSignal;
}

export interface Ask<T> {
  readonly prompt: Prompt;
  readonly data: string;
  readonly shape: Shape;
  readonly mostTokens: number;
  readonly tool?: ModelTool;
  /** Checks what came back. `declined`: the model itself says that it cannot; `unsupported`: it says what its sources do not. */
  readonly read: (value: never) => T | "declined" | "unsupported";
}

/** What belongs together and has one deadline. */
export interface Round {
  /** Never rejects. Undefined: do without. */
  ask<T extends object>(question: Ask<T>): Promise<T | undefined>;
}

export interface GuardedModel {
  readonly name: string;
  begin(about: Pick<ModelUse, "conversationId" | "caseId" | "turnId">, limits: { ms: number; calls: number }): Round;
  /** Gives up what is under way; nothing is asked any more. */
  close(): void;
}

/** A longer text is not given to a model: it would be cut in the middle. */
const MOST_CHARACTERS = 24_000;

export function createGuardedModel({ model, uses, clock, ids, log, timeZone, limits, deadline }: GuardParts): GuardedModel {
  const breaker = createBreaker();
  const closing = new AbortController();
  let cappedOn = "";

  const dayOf = (now: number): string => new Intl.DateTimeFormat("en-CA", { timeZone }).format(now);

  const begin: GuardedModel["begin"] = (about, { ms, calls }) => {
    let left = calls;
    let signal: AbortSignal | undefined;

    const attempt = async <T extends object>(question: Ask<T>): Promise<T | undefined> => {
      const mostCalls = Math.min(left, question.tool ? 2 : 1);
      const now = clock.now();
      const data = mask(question.data).text;
      if (mostCalls < 1 || data.length > MOST_CHARACTERS || !breaker.mayCall(now)) return undefined;
      left -= mostCalls;
      signal ??= AbortSignal.any([deadline(ms), closing.signal]);
      const use: ModelUse = {
        id: ids.next("use"),
        at: new Date(now).toISOString(),
        prompt: `${question.prompt.id}@${question.prompt.version}`,
        model: model.name,
        ...about,
      };
      // A character is a token at most, near enough; a call may be repeated, what it reads grows by what it looks up.
      const most = mostCalls * (question.prompt.text.length + data.length + question.mostTokens);
      const day = dayOf(now);
      if (!(await uses.begin(use, day, most, limits.tokensPerDay))) {
        if (cappedOn !== day)
          log.warn({ day, most: limits.tokensPerDay }, "the day's tokens for the language model are used up; the desk does without it");
        cappedOn = day;
        // Nothing was asked: what the breaker let through as a try was none.
        return undefined;
      }
      const { prompt, shape, mostTokens, tool } = question;
      const result = await model.ask({ prompt, data, shape, mostTokens, mostCalls, signal, ...(tool ? { tool: masking(tool) } : {}) });
      const took = clock.now() - now;
      if (!result.ok) {
        if (!closing.signal.aborted && breaker.failed(clock.now()))
          log.warn({ model: model.name, why: result.why }, "the language model fails; it is left alone for a while");
        await uses.finish(use.id, result.why, undefined, took);
        return undefined;
      }
      breaker.answered();
      const read = safely(() => question.read(result.value as never));
      const outcome: ModelOutcome = typeof read === "string" ? read : "used";
      await uses.finish(use.id, outcome, result.tokens, took);
      return typeof read === "string" ? undefined : read;
    };

    return {
      ask: (question) =>
        attempt(question).catch((error: unknown) => {
          log.warn({ prompt: question.prompt.id, error: error instanceof Error ? error.name : "error" }, "the language model was not used");
          return undefined;
        }),
    };
  };

  return { name: model.name, begin, close: () => closing.abort() };
}

/** Model text is data: a reader that stumbles over it has not read it. */
function safely<T>(read: () => T | "declined" | "unsupported"): T | "declined" | "unsupported" {
  try {
    return read();
  } catch {
    return "unsupported";
  }
}

function masking(tool: ModelTool): ModelTool {
  return { ...tool, run: (query) => mask(tool.run(query)).text };
}

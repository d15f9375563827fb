import { logistic } from "./classifier/calibration.ts";
import { type Model, type Scored, score } from "./classifier/model.ts";
import type { EntityExtractor } from "./entities/extract-entities.ts";
import type { MoodReader } from "./mood/read-mood.ts";
import { readAnswer } from "./read-answer.ts";
import { cutPieces, type Piece } from "./split-requests.ts";
import { detectLanguage } from "./text/detect-language.ts";
import { type Folded, fold, originalSpan } from "./text/normalise.ts";
import type { Preparer } from "./text/preparer.ts";
import type { Certainty, IntentDefinition, IntentScore, Recogniser, Request, Understanding, UtteranceContext } from "./understanding.ts";

/** `intents[0].name` when nothing the desk deals with fits. */
export const OUT_OF_SCOPE = "out_of_scope";
/** `intents[0].name` when the message only answers the bot's question; see `Understanding.answer`. */
export const SLOT_ANSWER = "slot_answer";

/** Longest text that is read, in code units; channels refuse longer ones before. */
const LONGEST = 8_000;
const SHOWN = 5;
/** A sentence of a message is a wish of its own from this confidence on. */
const PIECE_SURE = 0.5;
/** The same when only a comma or a space parts it from its neighbour. */
const PIECE_SURE_WEAK = 0.7;
/** Margin added to yes and no when the bot asked for one. */
const YES_NO_BIAS = 0.9;
/** Conversation control is no wish beside another one; these two are. */
const WISHED_CONTROL: ReadonlySet<string> = new Set(["human_agent", "callback_request"]);

export interface Engine {
  readonly model: Model;
  readonly preparer: Preparer;
  readonly entities: EntityExtractor;
  readonly mood: MoodReader;
  /** Entity type → intent of a message that holds nothing else. */
  readonly alone: Readonly<Record<string, string>>;
  readonly catalogue: ReadonlyMap<string, IntentDefinition>;
}

/** The recogniser over an engine. Pure: the same text and context give the same understanding. */
export function makeRecogniser(engine: Engine): Recogniser {
  return { catalogue: engine.catalogue, understand: (text, context) => understand(engine, text, context) };
}

interface Judged {
  readonly scored: Scored;
  readonly certainty: Certainty;
}

function understand(engine: Engine, original: string, context: UtteranceContext): Understanding {
  const text = original.length > LONGEST ? original.slice(0, LONGEST) : original;
  const folded = fold(text);
  const language = detectLanguage(folded.text, context.locale);
  const entities = engine.entities.extract(folded, context.now, context.timeZone);
  const mood = engine.mood.read(folded.text, language, context);
  const bias =
    context.asked?.yesNo === true && isShort(folded.text)
      ? new Map([
          ["affirm", YES_NO_BIAS],
          ["deny", YES_NO_BIAS],
        ])
      : undefined;
  const whole = judge(engine, folded.text, bias);
  const answer = readAnswer(text, folded.text, entities, context.asked);
  const base = { language, entities, mood };
  if (answer !== undefined && (whole.certainty !== "sure" || isShort(rest(folded.text, answer.span)))) {
    return {
      ...base,
      intents: [{ name: SLOT_ANSWER, confidence: 0.95 }, ...top(whole.scored, SHOWN - 1)],
      certainty: "sure",
      requests: [],
      answer,
    };
  }
  const extra = answer === undefined ? {} : { answer };
  const alone = aloneIntent(engine, folded.text, entities);
  if (alone !== undefined) {
    return {
      ...base,
      ...extra,
      intents: [{ name: alone, confidence: 0.75 }],
      certainty: "sure",
      requests: [{ intent: alone, confidence: 0.75, span: trimmed(text) }],
    };
  }
  const { requests, best } = findRequests(engine, folded, whole, bias);
  const judged = best ?? whole;
  const intents = top(judged.scored, SHOWN);
  if (judged.certainty === "none") {
    const outside: IntentScore = { name: OUT_OF_SCOPE, confidence: round(1 - judged.scored.inScope) };
    return { ...base, ...extra, intents: [outside, ...intents.slice(0, SHOWN - 1)], certainty: "none", requests: [] };
  }
  return { ...base, ...extra, intents, certainty: judged.certainty, requests };
}

/**
 * Of a text of which less is known nothing can be said, whatever little of it points to: gibberish ends in 呀 too. Of 1,525 held-out requests none
 * lies below it.
 */
const LEAST_KNOWN = 0.2;

function judge(engine: Engine, folded: string, bias?: ReadonlyMap<string, number>): Judged {
  const prepared = engine.preparer.prepare(folded);
  const counted = engine.preparer.count(prepared);
  const scored = score(engine.model, counted, bias);
  const { rejectBelow, sureFrom } = engine.model.calibration;
  const inScope = bias === undefined ? scored.inScope : Math.max(scored.inScope, answerChance(scored));
  const confidence = scored.ranked[0]?.confidence ?? 0;
  const certainty: Certainty =
    !/[\p{L}\p{N}]/u.test(prepared) || scored.coverage < LEAST_KNOWN || inScope < rejectBelow
      ? "none"
      : confidence >= sureFrom
        ? "sure"
        : "unsure";
  return { scored, certainty };
}

/** A short message after a yes-no question is in scope when yes or no leads. */
function answerChance(scored: Scored): number {
  const lead = scored.ranked[0];
  return lead !== undefined && (lead.label === "affirm" || lead.label === "deny") ? logistic([0, 3], [1, lead.margin + 0.5]) : 0;
}

function top(scored: Scored, count: number): IntentScore[] {
  return scored.ranked.slice(0, count).map(({ label, confidence }) => ({ name: label, confidence: round(confidence) }));
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;

/**
 * Several wishes in one message: pieces that are sure by themselves, differ, and that the whole message also speaks for (a fact of
 * one wish taken alone can look like another wish). A message unsure as a whole takes the view of its one sure piece.
 */
function findRequests(
  engine: Engine,
  folded: Folded,
  whole: Judged,
  bias?: ReadonlyMap<string, number>,
): { readonly requests: Request[]; readonly best?: Judged } {
  const one = (judged: Judged): Request[] => {
    const lead = judged.scored.ranked[0];
    return judged.certainty === "none" || lead === undefined
      ? []
      : [{ intent: lead.label, confidence: round(lead.confidence), span: trimmed(folded.original) }];
  };
  const pieces = cutPieces(folded.text);
  if (pieces.length < 2) return { requests: one(whole) };
  const favoured = (judged: Judged): ReadonlySet<string> => new Set(judged.scored.ranked.slice(0, 4).map(({ label }) => label));
  const ofWhole = favoured(whole);
  const found: Wish[] = [];
  let best: Judged | undefined;
  const judgePiece = (start: number, end: number, least: number, allowed: ReadonlySet<string>): Wish | undefined => {
    const judged = judge(engine, folded.text.slice(start, end), bias);
    const lead = judged.scored.ranked[0];
    if (lead === undefined || judged.certainty === "none") return undefined;
    if (engine.catalogue.get(lead.label)?.class === "control" && !WISHED_CONTROL.has(lead.label)) return undefined;
    if (judged.certainty === "sure" && lead.confidence > (best?.scored.ranked[0]?.confidence ?? 0)) best = judged;
    return lead.confidence >= least && allowed.has(lead.label) ? { label: lead.label, confidence: lead.confidence, start, end } : undefined;
  };
  for (const sentence of sentences(pieces)) {
    const parts =
      sentence.length === 1
        ? []
        : sentence.map((piece) => judgePiece(piece.start, piece.end, PIECE_SURE_WEAK, ofWhole)).filter((wish) => wish !== undefined);
    const first = sentence[0];
    const last = sentence.at(-1);
    if (first === undefined || last === undefined) continue;
    // Commas part facts more often than wishes: a sentence is one wish unless its parts are surely two.
    if (new Set(parts.map(({ label }) => label)).size >= 2) for (const part of parts) addWish(found, part);
    else addWish(found, judgePiece(first.start, last.end, PIECE_SURE, ofWhole));
  }
  if (found.length >= 2) {
    const requests = found.map(({ label, confidence, start, end }) => ({
      intent: label,
      confidence: round(confidence),
      span: originalSpan(folded, start, end),
    }));
    return whole.certainty === "none" && best !== undefined ? { requests, best } : { requests };
  }
  const leadOfWhole = whole.scored.ranked[0];
  const control =
    leadOfWhole !== undefined && engine.catalogue.get(leadOfWhole.label)?.class === "control" && !WISHED_CONTROL.has(leadOfWhole.label);
  if (best !== undefined && (control || whole.certainty === "none")) return { requests: one(best), best };
  return { requests: one(whole) };
}

interface Wish {
  readonly label: string;
  readonly confidence: number;
  readonly start: number;
  readonly end: number;
}

/** Adds a wish unless it was said before; a neighbour of the same kind is drawn out instead. */
function addWish(found: Wish[], wish: Wish | undefined): void {
  if (wish === undefined) return;
  const last = found.at(-1);
  if (last?.label === wish.label) found[found.length - 1] = { ...last, end: wish.end };
  else if (!found.some(({ label }) => label === wish.label)) found.push(wish);
}

/** Pieces that only commas and spaces part, together. */
function sentences(pieces: readonly Piece[]): Piece[][] {
  const grouped: Piece[][] = [];
  for (const piece of pieces) {
    const last = grouped.at(-1);
    if (piece.parted === "weak" && last !== undefined) last.push(piece);
    else grouped.push([piece]);
  }
  return grouped;
}

function aloneIntent(engine: Engine, folded: string, entities: Understanding["entities"]): string | undefined {
  const [entity] = entities;
  if (entities.length !== 1 || entity === undefined) return undefined;
  const intent = engine.alone[entity.type];
  if (intent === undefined || !engine.catalogue.has(intent)) return undefined;
  return /\p{L}/u.test(rest(folded, entity.span)) ? undefined : intent;
}

/** What is left of a text without a span (places of the two texts differ by invisible characters at most). */
function rest(text: string, [start, end]: readonly [number, number]): string {
  return text.slice(0, start) + text.slice(end);
}

function isShort(text: string): boolean {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const words = text.match(/\p{Script=Latin}+/gu)?.length ?? 0;
  return han + words * 2 <= 8;
}

function trimmed(text: string): readonly [number, number] {
  const start = text.length - text.trimStart().length;
  return [Math.min(start, text.trimEnd().length), text.trimEnd().length];
}

/** Reads the prompts for an optional language model: `prompts/*.md`, versioned in their front matter. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Prompt } from "../ports/language-model.ts";
import { DataFault } from "./read-yaml.ts";

export const PROMPT_IDS = ["second-opinion", "grounded-answer", "case-summary", "translation"] as const;
export type PromptId = (typeof PROMPT_IDS)[number];
export type Prompts = Readonly<Record<PromptId, Prompt>>;

const head = z.strictObject({ id: z.enum(PROMPT_IDS), version: z.int().min(1), purpose: z.string().min(1) });
const KEYS = Object.keys(head.shape).join(", ");
const SHIPPED = import.meta.dirname;
/** A prompt is paid for with every use. */
const MOST_CHARACTERS = 4000;

/**
 * @param dir the operator's folder (`JIETONG_CONFIG`); without a folder `prompts/` in it the shipped ones are used
 * @throws DataFault naming every fault
 */
export function loadPrompts(dir: string): Prompts {
  const folder = existsSync(join(dir, "prompts")) ? dir : SHIPPED;
  const faults: string[] = [];
  const read = PROMPT_IDS.map((id) => [id, readPrompt(join(folder, "prompts", `${id}.md`), id, faults)] as const);
  if (faults.length > 0) throw new DataFault(faults);
  return Object.fromEntries(read) as unknown as Prompts;
}

function readPrompt(path: string, id: PromptId, faults: string[]): Prompt | undefined {
  const shown = `prompts/${id}.md`;
  const fault = (line: number, text: string): undefined => {
    faults.push(`${shown}:${line}:1 ${text}`);
  };
  if (!existsSync(path)) return fault(1, `is missing; the prompts are ${PROMPT_IDS.map((one) => `${one}.md`).join(", ")}`);
  const [, front, body = ""] = /^---\n(.*?)\n---\n(.*)$/su.exec(readFileSync(path, "utf8")) ?? [];
  if (front === undefined) return fault(1, `must begin with front matter between two lines ---; keys: ${KEYS}`);
  const parsed = head.safeParse(readFront(front));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) fault(2, `${issue.path.join(".") || "front matter"}: ${issue.message}; keys: ${KEYS}`);
    return undefined;
  }
  const text = body.trim();
  if (parsed.data.id !== id) fault(2, `id "${parsed.data.id}" must be the file's name, "${id}"`);
  if (text === "") fault(front.split("\n").length + 3, "says nothing after the front matter");
  if (text.length > MOST_CHARACTERS) fault(front.split("\n").length + 3, `is longer than ${MOST_CHARACTERS} characters`);
  return { id, version: parsed.data.version, text };
}

function readFront(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

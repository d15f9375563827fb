/** What customers say, from the operator's files: for others who have to find things by customers' words, such as a search. */
import { type OperatorFolders, parseOperatorFiles, readOperatorFiles } from "./operator-data.ts";
import { SenseIndex } from "./text/senses.ts";
import type { IntentDefinition } from "./understanding.ts";

export interface CustomerWords {
  readonly intents: readonly IntentDefinition[];
  /** Ordinary ways to say an intent, made by rule. */
  readonly phrasings: readonly { readonly intent: string; readonly text: string }[];
  /** What the desk does not deal with. */
  readonly offTopic: readonly string[];
  /** Groups of like-meaning words found in a text. */
  senses(text: string): readonly string[];
}

/** Reads the files anew; about a third of a second. */
export function readCustomerWords(folders?: OperatorFolders): CustomerWords {
  const { data, phrasings, background } = parseOperatorFiles(readOperatorFiles(folders));
  const senses = new SenseIndex(data.senses);
  return { intents: data.intents, phrasings, offTopic: background.map((line) => line.text), senses: (text) => senses.find(text) };
}

/** What customers say, from the operator's files: for others who have to find things by customers' words, such as a search. */
import { type OperatorFolders, parseOperatorFiles, readOperatorFiles } from "./operator-data.ts";
import { SenseIndex, type SenseTable } from "./text/senses.ts";
import type { IntentDefinition } from "./understanding.ts";

export interface CustomerWords {
  readonly intents: readonly IntentDefinition[];
  /** Ordinary ways to say an intent, made by rule. */
  readonly phrasings: readonly { readonly intent: string; readonly text: string }[];
  /** What the desk does not deal with. */
  readonly offTopic: readonly string[];
  /** Groups of like-meaning words; plain data, see `senseFinder`. */
  readonly senseTable: SenseTable;
}

/** Finds the groups of like-meaning words in a text. */
export function senseFinder(table: SenseTable): (text: string) => readonly string[] {
  const senses = new SenseIndex(table);
  return (text) => senses.find(text);
}

/** Another one whenever `readCustomerWords` may give something else. */
export function customerWordsKey(folders?: OperatorFolders): string {
  return readOperatorFiles(folders).hash;
}

/** Reads the files anew; about a third of a second. */
export function readCustomerWords(folders?: OperatorFolders): CustomerWords {
  const { data, phrasings, background } = parseOperatorFiles(readOperatorFiles(folders));
  return { intents: data.intents, phrasings, offTopic: background.map((line) => line.text), senseTable: data.senses };
}

import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import { storedHash } from "./classifier/model-file.ts";
import { MODEL_FILE, type OpenOptions, openRecogniser } from "./open-recogniser.ts";
import { operatorFolders, readOperatorFiles } from "./operator-data.ts";
import { formatFault, OperatorDataError } from "./operator-file.ts";
import type { Recogniser } from "./understanding.ts";

/** What became of a change of the operator's files. */
export type FileNews =
  /** The files have changed and are being learned, in a process of their own. */
  | { readonly kind: "learning" }
  /** A whole new recogniser; the one before it goes on being valid for whoever holds it. */
  | { readonly kind: "learnt"; readonly recogniser: Recogniser }
  /** The files cannot be used; nothing has changed. Each fault with file, line and what is valid. */
  | { readonly kind: "faulty"; readonly faults: readonly string[] }
  /** Something else went wrong; nothing has changed. */
  | { readonly kind: "failed"; readonly message: string };

/** An editor writes a file in several steps, and an operator several files. */
const SETTLED_MS = 500;

/**
 * Learns anew whenever a file of the catalogue, the phrasings, the background, the moods or the word lists changes: all or nothing. Costs
 * nothing while nothing changes (the system tells of changes), and a change that leaves the contents as they were is not learned.
 *
 * @param tell told what became of a change; never called after `close`
 * @returns stops following; a training under way is left to end
 */
export function followFiles(options: OpenOptions, tell: (news: FileNews) => void): { close(): void } {
  let known = storedHash(join(options.modelDir, MODEL_FILE));
  let timer: NodeJS.Timeout | undefined;
  let isBusy = false;
  let isClosed = false;
  const say = (news: FileNews): void => {
    if (!isClosed) tell(news);
  };
  const look = async (): Promise<void> => {
    if (isBusy || isClosed) return;
    isBusy = true;
    try {
      for (let hash = hashNow(options, known); hash !== known && !isClosed; hash = hashNow(options, known)) {
        known = hash;
        say({ kind: "learning" });
        say(await learn(options));
      }
    } finally {
      isBusy = false;
    }
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), SETTLED_MS);
    timer.unref();
  };
  const watchers = operatorFolders(options).flatMap((folder): FSWatcher[] => {
    try {
      const watcher = watch(folder, { persistent: false }, soon);
      watcher.on("error", (error) => say({ kind: "failed", message: `changes in ${folder} are not seen any more: ${error.message}` }));
      return [watcher];
    } catch (error) {
      say({ kind: "failed", message: `changes in ${folder} are not seen: ${error instanceof Error ? error.message : error}` });
      return [];
    }
  });
  // Something may have changed since the recogniser was opened.
  soon();
  return {
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** A file that is just being replaced cannot be read; the next change will tell. */
function hashNow(options: OpenOptions, known: string | undefined): string | undefined {
  try {
    return readOperatorFiles(options).hash;
  } catch {
    return known;
  }
}

async function learn(options: OpenOptions): Promise<FileNews> {
  try {
    return { kind: "learnt", recogniser: await openRecogniser({ ...options, retrain: false }) };
  } catch (error) {
    if (error instanceof OperatorDataError) return { kind: "faulty", faults: error.faults.map(formatFault) };
    return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

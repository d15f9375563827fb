import { join } from "node:path";
import { followFiles, openRecogniser, type Recogniser } from "../intents/index.ts";
import type { Log } from "./ports/log.ts";

/** Where the trained model and the search's index are kept. */
export const modelDirOf = (dataDir: string): string => join(dataDir, "model");

/**
 * Opens the recogniser. A file by itself so that `main.ts` can begin with it: training takes the longest of all that a first start does,
 * and goes on in a process of its own while the rest of the desk is read in.
 *
 * @param say told every stage of the training, one short sentence each
 */
export function openUnderstanding(dataDir: string, say: (sentence: string) => void): Promise<Recogniser> {
  let last = "";
  return openRecogniser({
    modelDir: modelDirOf(dataDir),
    onProgress: ({ stage }) => {
      if (stage !== last) say(`learning to understand: ${stage}`);
      last = stage;
    },
  });
}

/**
 * Swaps the recogniser when the operator has changed the catalogue, all at once; when he has made a mistake, the last good one stays and the
 * log says what is wrong in which file and line.
 */
export class LiveRecogniser {
  #current: Recogniser;
  readonly #follower: { close(): void } | undefined;

  /** @param dataDir where the followed model is kept; undefined: the files are not followed */
  constructor(first: Recogniser, dataDir: string | undefined, log: Log) {
    this.#current = first;
    this.#follower =
      dataDir === undefined
        ? undefined
        : followFiles({ modelDir: modelDirOf(dataDir) }, (news) => {
            if (news.kind === "learning") log.info({}, "the catalogue has changed: learning it");
            else if (news.kind === "learnt") {
              this.#current = news.recogniser;
              log.warn({ intents: news.recogniser.catalogue.size }, "the changed catalogue is in use");
            } else if (news.kind === "faulty")
              log.error({ faults: news.faults }, "the changed catalogue cannot be used; the last good one stays");
            else log.error({ reason: news.message }, "the changed catalogue was not learned; the last good one stays");
          });
  }

  /** The recogniser in use; whoever needs the same one twice keeps it. */
  get current(): Recogniser {
    return this.#current;
  }

  close(): void {
    this.#follower?.close();
  }
}

import { join } from "node:path";
import { openRecogniser, type Recogniser } from "../intents/index.ts";

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

/**
 * Articles searched by what customers say. Learning that takes seconds, so it is done once for each state of the data files, by a process
 * of its own, and kept in the data folder. Until it is done the articles are searched by their own words.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { customerWordsKey, readCustomerWords, senseFinder } from "../intents/index.ts";
import { type Knowledge, openKnowledge, openTaught, sayingsOf, type TaughtPlace, taughtKey, teach } from "../knowledge/index.ts";
import type { Log } from "./ports/log.ts";

export interface LearningKnowledge {
  readonly knowledge: Knowledge;
  /** Learns when nothing fitting was stored, then searches better. Resolves at once when there is nothing to learn; never rejects. */
  learn(): Promise<void>;
  /** Ends the process that learns. */
  stop(): void;
}

/**
 * @param dir of the articles @param modelDir where the index is kept
 * @throws ArticleError for articles that cannot be used
 */
export function openLearningKnowledge(dir: string, modelDir: string, now: Date, log: Log): LearningKnowledge {
  const place = placeOf(dir, modelDir);
  const stored = openTaught(place, senseFinder);
  let known = stored ?? openKnowledge({ dir, now });
  let child: ChildProcess | undefined;
  return {
    knowledge: {
      find: (question) => known.find(question),
      search: (text, language, limit) => known.search(text, language, limit),
      article: (id, language) => known.article(id, language),
      ids: known.ids,
      intentsServed: known.intentsServed,
    },
    learn: async () => {
      if (stored !== undefined) return;
      try {
        child = spawn(process.execPath, [import.meta.filename, dir, modelDir], { stdio: ["ignore", "ignore", "inherit"] });
        // Customers come first.
        if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
        const code = await new Promise((resolve, reject) =>
          child?.once("exit", (...how) => resolve(how[0] ?? how[1])).once("error", reject),
        );
        if (code === "SIGTERM") return;
        const taught = openTaught(place, senseFinder);
        if (taught) known = taught;
        else log.warn({ code }, "the search did not learn how customers say things; it searches by the articles' own words");
      } catch (error) {
        log.warn({ error: error instanceof Error ? error.message : String(error) }, "the search could not learn");
      }
    },
    stop: () => void child?.kill("SIGTERM"),
  };
}

function placeOf(dir: string, modelDir: string): TaughtPlace {
  return { dir, file: join(modelDir, "articles.index"), key: taughtKey(dir, customerWordsKey()) };
}

/** Learnt here and now, which blocks for a second or two, and not stored: for measuring. */
export function openTaughtKnowledge(articles: { dir: string; now: Date }): Knowledge {
  const words = readCustomerWords();
  return openKnowledge({ ...articles, sayings: { ...sayingsOf(words.intents, words), senses: senseFinder(words.senseTable) } });
}

if (process.argv[1] === import.meta.filename) {
  const [, , dir = "", modelDir = ""] = process.argv;
  const place = placeOf(dir, modelDir);
  const words = readCustomerWords();
  const sayings = { ...sayingsOf(words.intents, words), senses: senseFinder(words.senseTable) };
  teach(place, new Date(), sayings, words.senseTable);
}

/** Mood on public sets: shipped model on Chinese reviews it never saw; the same learner, by dialogue, on rated English turns. */
import { openLab } from "../../intents/index.ts";
import { auroc } from "../scorers.ts";
import type { RatedTurn } from "./read-sets.ts";

const FOLDS = 5;
/** Mean rating below which a turn counts as dissatisfied; 3 is "normal". */
const DISSATISFIED = 3;

/** AUROC of discontent against content reviews by the shipped model's score; nothing is trained on the set. */
export async function measureReviews(
  reviews: readonly { readonly text: string; readonly content: boolean }[],
): Promise<number | undefined> {
  const { trainMoodScorer } = await openLab();
  const scorer = trainMoodScorer();
  const scores = (content: boolean): number[] =>
    reviews.filter((one) => one.content === content).map(({ text }) => scorer.read(text).score);
  return auroc(scores(false), scores(true));
}

/** AUROC of dissatisfied turns, each dialogue judged by a model that has seen other dialogues only. And of the shipped model, untrained. */
export async function measureTurns(
  turns: readonly RatedTurn[],
  tell: (what: string) => void,
): Promise<{ readonly byDialogue: number | undefined; readonly shipped: number | undefined }> {
  const { trainMoodScorer } = await openLab();
  const upset = (turn: RatedTurn): boolean => turn.rating < DISSATISFIED;
  const judged: { readonly score: number; readonly upset: boolean }[] = [];
  for (let fold = 0; fold < FOLDS; fold += 1) {
    tell(`uss-sgd: fold ${fold + 1} of ${FOLDS}`);
    const scorer = trainMoodScorer(
      turns
        .filter(({ dialogue }) => dialogue % FOLDS !== fold)
        .map((turn) => ({
          text: turn.text,
          earlier: turn.earlier,
          ...(turn.reply === undefined ? {} : { reply: turn.reply }),
          mood: upset(turn) ? ("annoyed" as const) : ("calm" as const),
        })),
    );
    for (const turn of turns)
      if (turn.dialogue % FOLDS === fold) judged.push({ score: scorer.read(turn.text, turn).score, upset: upset(turn) });
  }
  const shipped = trainMoodScorer();
  const untrained = turns.map((turn) => ({ score: shipped.read(turn.text, turn).score, upset: upset(turn) }));
  const area = (rows: typeof judged): number | undefined =>
    auroc(
      rows.filter((row) => row.upset).map(({ score }) => score),
      rows.filter((row) => !row.upset).map(({ score }) => score),
    );
  return { byDialogue: area(judged), shipped: area(untrained) };
}

/** The engine on the public intent sets: trained on their train part, measured on their test part. */
import { openLab } from "../../intents/index.ts";
import { auroc, calibrationError } from "../scorers.ts";
import { seeded, shuffled, spaced, TYPO_SEED, toFullWidth, toTraditional, withTypos } from "./disturb.ts";
import type { IntentSet, Labelled } from "./read-sets.ts";

type Figures = Record<string, number | undefined>;
type Classifier = Awaited<ReturnType<Awaited<ReturnType<typeof openLab>>["trainClassifier"]>>;

const SHOTS = 10;
const SEEDS = [1, 2, 3] as const;
/** The threshold rejects as much as it can while this share of the validation lines is still accepted with the right label. */
const KEPT_RIGHT = 0.91;

const percent = (right: number, of: number): number | undefined => (of === 0 ? undefined : (right / of) * 100);

function accuracy(
  classifier: Classifier,
  lines: readonly Labelled[],
  changed: (text: string) => string = (text) => text,
): number | undefined {
  return percent(lines.filter(({ text, label }) => classifier.classify(changed(text)).label === label).length, lines.length);
}

/** `SHOTS` lines of each label. */
export function fewShots(lines: readonly Labelled[], seed: number): Labelled[] {
  const byLabel = Map.groupBy(lines, ({ label }) => label);
  const random = seeded(seed);
  return [...byLabel.keys()].sort().flatMap((label) => shuffled(byLabel.get(label) ?? [], random).slice(0, SHOTS));
}

/** Loss in points against the accuracy on clean lines; never below 0, so that a lucky slip does not hide another. */
const loss = (clean: number | undefined, changed: number | undefined): number | undefined =>
  clean === undefined || changed === undefined ? undefined : Math.max(0, clean - changed);

/** Accuracy on the full set and from ten lines a label; losses by slips (Latin) or by script and width (Chinese); calibration. */
export async function measureIntentSet(name: string, set: IntentSet, chinese: boolean, tell: (what: string) => void): Promise<Figures> {
  const { trainClassifier } = await openLab();
  const figures: Figures = {};
  tell(`${name}: all ${set.train.length} lines`);
  const full = await trainClassifier(set.train);
  const clean = accuracy(full, set.test);
  figures[`${name}.full`] = clean;
  const verdicts = set.test.map(({ text, label }) => ({ verdict: full.classify(text), label }));
  figures[`${name}.calibration_error`] = calibrationError(
    verdicts.map(({ verdict, label }) => ({ confidence: verdict.confidence, right: verdict.label === label })),
  );
  if (chinese) {
    figures[`${name}.lost_traditional`] = loss(clean, accuracy(full, set.test, toTraditional));
    figures[`${name}.lost_spaces`] = loss(clean, accuracy(full, set.test, spaced));
  } else {
    const random = seeded(TYPO_SEED);
    figures[`${name}.lost_typos`] = loss(
      clean,
      accuracy(full, set.test, (text) => withTypos(text, random)),
    );
  }
  figures[`${name}.lost_full_width`] = loss(clean, accuracy(full, set.test, toFullWidth));
  Object.assign(figures, measureOutside(name, full, set));
  let sum = 0;
  for (const seed of SEEDS) {
    tell(`${name}: ${SHOTS} lines a label, draw ${seed}`);
    sum += accuracy(await trainClassifier(fewShots(set.train, seed)), set.test) ?? Number.NaN;
  }
  figures[`${name}.ten_shot`] = sum / SEEDS.length;
  return figures;
}

/** Lines of no label: told apart by the chance of being in scope; threshold from the validation lines, which are all in scope. */
function measureOutside(name: string, classifier: Classifier, { test, val, outside }: IntentSet): Figures {
  if (outside === undefined || val === undefined) return {};
  const chances = (lines: readonly { readonly text: string }[]): number[] => lines.map(({ text }) => classifier.classify(text).inScope);
  const rightOnes = val.flatMap(({ text, label }) => {
    const verdict = classifier.classify(text);
    return verdict.label === label ? [verdict.inScope] : [];
  });
  const from = rightOnes.sort((a, b) => b - a)[Math.ceil(val.length * KEPT_RIGHT) - 1] ?? 0;
  const beyond = outside.map((text) => classifier.classify(text).inScope);
  const accepted = test.filter(({ text, label }) => {
    const verdict = classifier.classify(text);
    return verdict.inScope >= from && verdict.label === label;
  });
  return {
    [`${name}.outside_auroc`]: auroc(chances(test), beyond),
    [`${name}.inside_kept_right`]: percent(accepted.length, test.length),
    [`${name}.outside_recall`]: percent(beyond.filter((one) => one < from).length, beyond.length),
  };
}

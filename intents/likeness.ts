import { type Counted, SENSE } from "./classifier/features.ts";
import { loadEntityRules } from "./entities/entity-rules.ts";
import { EntityExtractor } from "./entities/extract-entities.ts";
import { loadCatalogue } from "./load-catalogue.ts";
import { loadSenses, loadTypos } from "./load-lexicons.ts";
import { readOperatorFiles } from "./operator-data.ts";
import { fold } from "./text/normalise.ts";
import { Preparer } from "./text/preparer.ts";

/** A line's features, each with its weight; of length one. */
type Vector = ReadonlyMap<number, number>;

export interface Likeness {
  /** 0 nothing in common … 1 the same, by the place in the given lines. */
  between(one: number, two: number): number;
}

/**
 * How alike lines are to the recogniser: cosine over the features it learns from (words, character n-grams, word groups), the rarer a feature
 * among the catalogue's examples and the lines themselves, the heavier (inverse document frequency). Takes seconds: for tools.
 */
export function likenessOf(lines: readonly string[]): Likeness {
  const { catalog, single } = readOperatorFiles();
  const { examples } = loadCatalogue(catalog);
  const extractor = new EntityExtractor(loadEntityRules(single.entities).rules);
  const preparer = new Preparer(loadTypos(single.typos).table, loadSenses(single.senses).table, (folded) => extractor.mask(folded));
  const count = (text: string): Counted => preparer.count(preparer.prepare(fold(text).text));
  const counted = lines.map(count);
  const frequency = new Map<number, number>();
  const all = [...examples.map(({ text }) => count(text)), ...counted];
  for (const { hashes } of all) for (const hash of hashes) frequency.set(hash, (frequency.get(hash) ?? 0) + 1);
  const vectors = counted.map((one) => vectorOf(one, frequency, all.length));
  return { between: (one, two) => cosine(vectors[one], vectors[two]) };
}

/** Word groups say what a line is about; the rest says it in one language. */
const SENSE_WEIGHT = 2;

function vectorOf({ hashes, views, counts }: Counted, frequency: ReadonlyMap<number, number>, total: number): Vector {
  const weights = [...hashes].map((hash, place) => {
    const rare = Math.log((1 + total) / (1 + (frequency.get(hash) ?? 0)));
    return (1 + Math.log(counts[place] ?? 1)) * rare * (views[place] === SENSE ? SENSE_WEIGHT : 1);
  });
  const length = Math.hypot(...weights) || 1;
  return new Map([...hashes].map((hash, place) => [hash, (weights[place] ?? 0) / length]));
}

function cosine(one: Vector | undefined, two: Vector | undefined): number {
  if (!one || !two) return 0;
  const [few, many] = one.size < two.size ? [one, two] : [two, one];
  let sum = 0;
  for (const [hash, weight] of few) sum += weight * (many.get(hash) ?? 0);
  return Math.min(1, sum);
}

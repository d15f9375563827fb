/** Types of the vendor modules that are entered by a subpath and ship none. */
declare module "natural/lib/natural/stemmers/porter_stemmer.js" {
  const stemmer: { stem(word: string): string };
  export default stemmer;
}

declare module "natural/lib/natural/spellcheck/spellcheck.js" {
  export default class Spellcheck {
    constructor(words: readonly string[]);
    isCorrect(word: string): boolean;
    getCorrections(word: string, maxDistance?: number): string[];
  }
}

declare module "opencc-js/dict/TSCharacters" {
  const pairs: string;
  export default pairs;
}

declare module "sentiment/languages/en/labels.json" {
  const labels: Record<string, number>;
  export default labels;
}

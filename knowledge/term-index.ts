/**
 * Which term stands in which field of which document, how often. All of it lies in typed arrays, so that a stored index is used as it was
 * read: nothing is parsed, copied or put into maps. Terms are known by a 32-bit hash; the seed is chosen so that no two of them share one,
 * and a word that is none of them is taken for one with a chance below one in 10,000.
 */

/** The arrays of an index, as they are stored. */
export interface TermTable {
  readonly seed: number;
  /** Documents that can be found; entries may name one more, which stands for everything the desk does not deal with. */
  readonly documents: number;
  readonly fields: number;
  /** Hash of each term, ascending. */
  readonly hashes: Uint32Array;
  /** In how many documents each term is. */
  readonly frequency: Uint16Array;
  /** Where each term's entries begin; one more at the end. */
  readonly starts: Uint32Array;
  /** Field (4 bits), document (12 bits) and count (16 bits), by field, then by document. */
  readonly entries: Uint32Array;
  /** Different terms of each field of each document, `document * fields + field`. */
  readonly lengths: Uint32Array;
}

export interface Entry {
  readonly field: number;
  readonly document: number;
  readonly count: number;
}

const FIELD_SHIFT = 28;
const DOCUMENT_SHIFT = 16;
const MOST_DOCUMENTS = 0xfff;
const MOST_COUNT = 0xffff;
const MOST_SEEDS = 1000;

/** FNV-1a over UTF-16 code units, http://www.isthe.com/chongo/tech/comp/fnv/, with the seed in place of the offset basis. */
function hashOf(term: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < term.length; index += 1) {
    const unit = term.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}

export class TermIndex {
  readonly table: TermTable;
  /** Mean of each field's lengths over all documents. */
  readonly #average: Float64Array;

  constructor(table: TermTable) {
    this.table = table;
    this.#average = new Float64Array(table.fields);
    for (const [place, length] of table.lengths.entries())
      this.#average[place % table.fields] = (this.#average[place % table.fields] ?? 0) + length / table.documents;
  }

  /** The term's number, or -1 when no document has it. */
  find(term: string): number {
    const { hashes, seed } = this.table;
    const hash = hashOf(term, seed);
    let low = 0;
    let high = hashes.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const there = hashes[middle] ?? 0;
      if (there === hash) return middle;
      if (there < hash) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** In how many documents the term is. */
  frequency(term: number): number {
    return this.table.frequency[term] ?? 0;
  }

  entries(term: number): Entry[] {
    const { entries, starts } = this.table;
    const found: Entry[] = [];
    for (let at = starts[term] ?? 0; at < (starts[term + 1] ?? 0); at += 1) {
      const packed = entries[at] ?? 0;
      found.push({ field: packed >>> FIELD_SHIFT, document: (packed >>> DOCUMENT_SHIFT) & MOST_DOCUMENTS, count: packed & MOST_COUNT });
    }
    return found;
  }

  length(document: number, field: number): number {
    return this.table.lengths[document * this.table.fields + field] ?? 0;
  }

  averageLength(field: number): number {
    return this.#average[field] ?? 0;
  }
}

/** Collects terms and makes the table of them. */
export class TermTableBuilder {
  readonly #documents: number;
  readonly #fields: number;
  readonly #terms = new Map<string, Map<number, number>>();
  readonly #lengths: Uint32Array;

  /** @param documents that can be found, at most 4,094 @param fields that have a length, at most 15; higher field numbers up to 15 may be counted */
  constructor(documents: number, fields: number) {
    if (documents >= MOST_DOCUMENTS) throw new Error(`${documents} documents; the index holds ${MOST_DOCUMENTS - 1}`);
    this.#documents = documents;
    this.#fields = fields;
    this.#lengths = new Uint32Array(documents * fields);
  }

  /** Adds `count` of the term to a field of a document. */
  count(document: number, field: number, term: string, count = 1): void {
    const places = this.#terms.get(term) ?? new Map<number, number>();
    this.#terms.set(term, places);
    const place = ((field << FIELD_SHIFT) | (document << DOCUMENT_SHIFT)) >>> 0;
    const before = places.get(place) ?? 0;
    places.set(place, Math.min(MOST_COUNT, before + count));
    if (before === 0 && field < this.#fields && document < this.#documents) {
      const length = document * this.#fields + field;
      this.#lengths[length] = (this.#lengths[length] ?? 0) + 1;
    }
  }

  build(): TermTable {
    const { seed, order } = this.#number();
    const starts = new Uint32Array(order.length + 1);
    const frequency = new Uint16Array(order.length);
    const entries: number[] = [];
    for (const [index, { places }] of order.entries()) {
      starts[index] = entries.length;
      frequency[index] = new Set([...places.keys()].map((place) => (place >>> DOCUMENT_SHIFT) & MOST_DOCUMENTS)).size;
      for (const [place, count] of [...places].sort(([left], [right]) => left - right)) entries.push((place | count) >>> 0);
    }
    starts[order.length] = entries.length;
    return {
      seed,
      documents: this.#documents,
      fields: this.#fields,
      hashes: Uint32Array.from(order, ({ hash }) => hash),
      frequency,
      starts,
      entries: Uint32Array.from(entries),
      lengths: this.#lengths,
    };
  }

  /** The terms by hash, under the first seed that keeps them all apart. Of 25,000 terms two meet under one seed in fourteen. */
  #number(): { seed: number; order: { hash: number; places: ReadonlyMap<number, number> }[] } {
    for (let seed = 0x811c9dc5; seed < 0x811c9dc5 + MOST_SEEDS; seed += 1) {
      const order = [...this.#terms].map(([term, places]) => ({ hash: hashOf(term, seed), places }));
      if (new Set(order.map(({ hash }) => hash)).size === order.length)
        return { seed, order: order.sort((left, right) => left.hash - right.hash) };
    }
    throw new Error(`no hash keeps ${this.#terms.size} terms apart`);
  }
}

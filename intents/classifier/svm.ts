/**
 * One-vs-rest linear support vector machine with squared hinge loss, trained by dual coordinate descent with shrinking:
 * C.-J. Hsieh, K.-W. Chang, C.-J. Lin, S. S. Keerthi, S. Sundararajan, "A Dual Coordinate Descent Method for Large-scale
 * Linear SVM", ICML 2008, algorithm 3, with a bolder shrinking (see below).
 *
 * Indexing below is inside bounds by construction; `as number` keeps the inner loops free of checks.
 */

/** Rows of a sparse matrix: row i holds `columns[starts[i]..starts[i+1]]` with `values` alike. */
export interface SparseRows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
  /** Number of columns. */
  readonly width: number;
}

export interface SvmOptions {
  /** Penalty of a loss on a positive or a negative example. */
  readonly costPositive: number;
  readonly costNegative: number;
  /** Stop when the gradients of a pass differ by less. */
  readonly tolerance: number;
  readonly maxPasses: number;
}

/** Deterministic order of examples (xorshift32): the same catalogue gives the same model, byte for byte. */
export function shuffler(seed: number): (array: Int32Array, length: number) => void {
  let state = seed | 1;
  return (array, length) => {
    for (let i = length - 1; i > 0; i -= 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      const j = (state >>> 0) % (i + 1);
      const kept = array[i] as number;
      array[i] = array[j] as number;
      array[j] = kept;
    }
  };
}

/**
 * Trains one class against the rest. The last weight is the bias (a constant feature of value 1).
 *
 * @param rows examples
 * @param used indices of the rows to train on, in mixed order: a run of one label at the beginning would lead the first pass astray
 * @param label label of each row
 * @param target the class that counts as +1
 * @param weight cost factor of each row (background lines may weigh less)
 */
export function trainOneVsRest(
  rows: SparseRows,
  used: Int32Array,
  label: Int32Array,
  target: number,
  weight: Float32Array,
  norms: Float32Array,
  options: SvmOptions,
): Float32Array {
  const { starts, columns, values, width } = rows;
  const count = used.length;
  const w = new Float32Array(width + 1);
  const alpha = new Float64Array(count);
  const sign = new Int8Array(count);
  const diagonal = new Float64Array(count);
  const index = new Int32Array(count);
  for (let i = 0; i < count; i += 1) {
    const row = used[i] as number;
    sign[i] = label[row] === target ? 1 : -1;
    const cost = (sign[i] === 1 ? options.costPositive : options.costNegative) * (weight[row] as number);
    diagonal[i] = 0.5 / cost;
    index[i] = i;
  }
  // One pass over all rows, then passes over those that press on the border: a row of another class that lies outside is left alone
  // for good. The algorithm would look at all rows again at the end; with dozens of classes that triples the time, and on held-out
  // lines it changed nothing beyond chance. The long pass takes rows as they lie in memory (the caller has mixed them).
  const shuffle = shuffler(0x9e3779b9 ^ (target + 1));
  let active = count;
  for (let pass = 0; pass <= options.maxPasses; pass += 1) {
    if (pass > 0) shuffle(index, active);
    let highest = Number.NEGATIVE_INFINITY;
    let lowest = Number.POSITIVE_INFINITY;
    let kept = 0;
    for (let at = 0; at < active; at += 1) {
      const i = index[at] as number;
      const row = used[i] as number;
      const y = sign[i] as number;
      const from = starts[row] as number;
      const to = starts[row + 1] as number;
      let dot = w[width] as number;
      for (let k = from; k < to; k += 1) dot += (w[columns[k] as number] as number) * (values[k] as number);
      const a = alpha[i] as number;
      const d = diagonal[i] as number;
      const gradient = y * dot - 1 + d * a;
      if (a === 0 && gradient > 0) continue;
      index[kept] = i;
      kept += 1;
      if (gradient > highest) highest = gradient;
      if (gradient < lowest) lowest = gradient;
      if (Math.abs(gradient) > 1e-10) {
        const next = Math.max(a - gradient / ((norms[row] as number) + 1 + d), 0);
        const step = (next - a) * y;
        alpha[i] = next;
        for (let k = from; k < to; k += 1) {
          const column = columns[k] as number;
          w[column] = (w[column] as number) + step * (values[k] as number);
        }
        w[width] = (w[width] as number) + step;
      }
    }
    active = kept;
    if (pass > 0 && highest - lowest <= options.tolerance) break;
  }
  return w;
}

/** Margins of one row for all classes; `weights[class][column]`. */
export function squaredNorms(rows: SparseRows): Float32Array {
  const count = rows.starts.length - 1;
  const norms = new Float32Array(count);
  for (let row = 0; row < count; row += 1) {
    let sum = 0;
    for (let k = rows.starts[row] as number; k < (rows.starts[row + 1] as number); k += 1) sum += (rows.values[k] as number) ** 2;
    norms[row] = sum;
  }
  return norms;
}

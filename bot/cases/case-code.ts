/** Case codes: seven random digits and a check digit, keyed on a phone or read aloud. */

/**
 * Check digit by Damm's quasigroup (H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004): finds every single wrong digit and every
 * swap of neighbours, the two mistakes people make when they key a number.
 */
const DAMM: readonly (readonly number[])[] = [
  [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
  [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
  [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
  [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
  [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
  [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
  [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
  [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
  [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
  [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

function damm(digits: string): number {
  let interim = 0;
  for (const digit of digits) interim = DAMM[interim]?.[Number(digit)] ?? 0;
  return interim;
}

/** @param random whole number in `[0, below)` */
export function newCaseCode(random: (below: number) => number): string {
  const body = String(1_000_000 + random(9_000_000));
  return body + damm(body);
}

/** Takes what a person keys or says (spaces, dashes, full-width digits). @returns the eight digits, or undefined when they cannot be a code. */
export function readCaseCode(input: string): string | undefined {
  const digits = input.normalize("NFKC").replace(/[\s-]/gu, "");
  return /^\d{8}$/u.test(digits) && damm(digits) === 0 ? digits : undefined;
}

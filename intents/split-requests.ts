/** Where one message may hold several wishes. Places are in the folded text. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** How sharply the piece is parted from the one before: a full stop or "还有" says more than a comma. */
  readonly parted: "strong" | "weak";
}

const BREAK =
  /(?<strong>[。！？!?；;\n]+|(?:[,，、]\s*)?(?:还有(?!多|几|没|一)|另外|顺便(?:问一下|问下|问)?|对了|再问(?:一下|下)?|再帮我|以及|同时也?|然后还|其次|第二[,，、:：]|and also|as well as|also,?|another thing|one more thing|by the way|btw|plus|besides|secondly)(?=[^a-z]|$))|(?<weak>[,，、]+|(?<=\p{Script=Han})\s+(?=\p{Script=Han})|\.(?=\s|$)|\s+and\s+(?=how|what|where|when|can|could|i\s|is\s|do\s|please|tell|why|my\s)|但是|不过|然后)/giu;
/** More pieces than this are a story, not a list of wishes. */
const MOST = 10;

/** Cuts a text at its breaks. One piece, the whole, when there are none. */
export function cutPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let parted: Piece["parted"] = "strong";
  const push = (end: number): void => {
    const raw = text.slice(from, end);
    const lead = raw.length - raw.trimStart().length;
    const trimmed = raw.trim();
    if (says(trimmed)) pieces.push({ start: from + lead, end: from + lead + trimmed.length, text: trimmed, parted });
  };
  for (const match of text.matchAll(BREAK)) {
    push(match.index);
    // A lone full stop in English ends a sentence: as sharp as any.
    parted = match.groups?.strong !== undefined || match[0] === "." ? "strong" : "weak";
    from = match.index + match[0].length;
  }
  push(text.length);
  return pieces.length > MOST ? [] : pieces;
}

/** A piece says something when it has two Han characters or two words. */
function says(text: string): boolean {
  return (
    (text.match(/\p{Script=Han}/gu)?.length ?? 0) >= 2 ||
    (text.match(/\p{Script=Latin}{2,}/gu)?.length ?? 0) >= 2 ||
    /^\p{Script=Latin}{4,}$/u.test(text)
  );
}

/** A text as another text, and where each of its characters comes from. */
export interface TextView {
  readonly text: string;
  /** The part of the original that a part of this text comes from. */
  readonly origin: (start: number, end: number) => readonly [start: number, end: number];
}

/** What stands for what: a piece of a view that is a copy of its original, or made of it as a whole. */
interface Piece {
  /** Where it begins in the view. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly copied: boolean;
}

/** The text with something else in place of what an expression matches. */
export function viewOf(text: string, pattern: RegExp, replace: (match: RegExpExecArray) => string): TextView {
  const pieces: Piece[] = [];
  let [made, done] = ["", 0];
  const copy = (to: number): void => {
    if (to === done) return;
    pieces.push({ at: made.length, from: done, to, copied: true });
    made += text.slice(done, to);
  };
  for (const match of text.matchAll(pattern)) {
    copy(match.index);
    done = match.index + match[0].length;
    const replacement = replace(match);
    if (replacement !== "") pieces.push({ at: made.length, from: match.index, to: done, copied: false });
    made += replacement;
  }
  copy(text.length);
  const start = (at: number): number => {
    const piece = pieceAt(pieces, at);
    return piece.copied ? piece.from + at - piece.at : piece.from;
  };
  const end = (at: number): number => {
    const piece = pieceAt(pieces, at);
    return piece.copied ? piece.from + at - piece.at + 1 : piece.to;
  };
  return { text: made, origin: (from, to) => [start(from), end(to - 1)] };
}

/** A view of a view. */
export function viewThrough(inner: TextView, outer: TextView): TextView {
  return { text: outer.text, origin: (start, end) => inner.origin(...outer.origin(start, end)) };
}

/** The last piece that does not begin behind a place. */
function pieceAt(pieces: readonly Piece[], at: number): Piece {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pieces[middle]?.at ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  const piece = pieces[low];
  if (piece === undefined) throw new Error("an empty view has no places");
  return piece;
}

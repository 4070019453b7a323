import { groupBy } from "../lib/group-by.ts";
import { type ParsedCidr, parseCidr } from "../sets/address-set.ts";
import { formatAddress } from "../sets/address.ts";

/** A block that some of a list are together. */
export interface JoinedBlock {
  readonly cidr: string;
  /** Places in the list, ascending; one for a block that stays as it is. */
  readonly members: readonly number[];
}

interface Piece extends JoinedBlock {
  readonly parsed: ParsedCidr;
}

/**
 * Makes one block of two halves, and so on up; a block that is in the list twice is joined once. Two single addresses stay: a
 * block of both says less to who reads it. In the order of their first members.
 */
export function joinHalves(cidrs: readonly string[]): readonly JoinedBlock[] {
  const done: Piece[] = [];
  const byPrefix = new Map<number, Piece[]>();
  const add = (piece: Piece): void => {
    const known = byPrefix.get(piece.parsed.prefix);
    if (known === undefined) byPrefix.set(piece.parsed.prefix, [piece]);
    else known.push(piece);
  };
  for (const [i, cidr] of cidrs.entries()) {
    const parsed = parseCidr(cidr);
    if (parsed !== undefined) add({ cidr, members: [i], parsed });
  }
  for (let prefix = Math.max(0, ...byPrefix.keys()); prefix >= 0; prefix--) {
    const all = byPrefix.get(prefix) ?? [];
    if (all.length < 2) {
      done.push(...all);
      continue;
    }
    for (const [parent, pieces] of groupBy(all, ({ parsed }) => parentOf(parsed))) {
      const [first] = pieces;
      const other = pieces.find(({ parsed }) => parsed.canonical !== first?.parsed.canonical);
      const whole = parent === undefined ? undefined : parseCidr(parent);
      if (first === undefined || other === undefined || parent === undefined || whole === undefined) {
        done.push(...pieces);
        continue;
      }
      done.push(...pieces.filter((piece) => piece !== first && piece !== other));
      const members = [...first.members, ...other.members].toSorted((a, b) => a - b);
      add({ cidr: parent, members, parsed: whole });
    }
  }
  return done
    .flatMap(({ cidr, members, parsed }) => (isPair(parsed) ? apart(cidrs, members) : [{ cidr, members }]))
    .toSorted((a, b) => (a.members[0] ?? 0) - (b.members[0] ?? 0));
}

/** Whether a block is two addresses. */
function isPair({ addresses: [start, end] }: ParsedCidr): boolean {
  return start !== undefined && end === start + 2n;
}

/** Members of a list as they were. */
function apart(cidrs: readonly string[], members: readonly number[]): readonly JoinedBlock[] {
  return members.flatMap((member) => {
    const cidr = cidrs[member];
    return cidr === undefined ? [] : [{ cidr, members: [member] }];
  });
}

/** The block that a block is a half of. */
function parentOf({ addresses: [first], prefix }: ParsedCidr): string | undefined {
  if (prefix === 0 || first === undefined) return undefined;
  return parseCidr(`${formatAddress(first)}/${prefix - 1}`)?.canonical;
}

/** The blocks of a list that lie in no other one of it, each once, in its order. */
export function outermost(cidrs: readonly string[]): readonly string[] {
  const blocks = cidrs.flatMap((text, at) => {
    const parsed = parseCidr(text);
    const [start, end] = parsed?.addresses ?? [];
    return start === undefined || end === undefined ? [] : [{ at, start, end }];
  });
  if (blocks.length < cidrs.length) return cidrs;
  const sorted = blocks.toSorted((a, b) =>
    a.start < b.start ? -1 : a.start > b.start ? 1 : a.end > b.end ? -1 : a.end < b.end ? 1 : a.at - b.at,
  );
  const kept = new Set<number>();
  let covered: bigint | undefined;
  for (const { at, end } of sorted) {
    if (covered !== undefined && end <= covered) continue;
    kept.add(at);
    covered = end;
  }
  return cidrs.filter((_, i) => kept.has(i));
}

import { type Direction, peerPath, portPath, type Rule, rulePath } from "../model/policy.ts";
import { type NodePath, formatPath } from "../source/position.ts";
import type { RuleRef } from "../symbolic/redundancy.ts";
import type { RuleContext } from "./context.ts";
import { type Found, type RuleDefinition, type Told, defineRule, toldLater } from "./define-rule.ts";
import { intersectMaps, subtractMaps, supportOf } from "../reachability/connection-map.ts";
import { intersectSets } from "./support/class-sets.ts";
import { isAnyDenied } from "./support/opened.ts";
import { classesWhere } from "./support/tiers.ts";
import { isDnsOnly } from "./support/dns-access.ts";
import { addsNothing } from "./support/planned-policies.ts";
import { isOverride } from "./support/overridden-deny.ts";
import { policyPlace, relatedTo } from "./support/places.ts";
import { readmissions } from "./support/readmissions.ts";
import type { Piece } from "../optimize/piece.ts";
import { type UndonePiece, leavesOut, ruleOf } from "../optimize/undone.ts";
import { isEveryPod } from "./support/wide-peers.ts";
import { count, listText, nameOf, peerText, portsText } from "./support/words.ts";

const relatedParts = 10;

/** Flags a restriction that something broader undoes: policies only add up, so the narrower of two allows nothing of its own. */
export const restrictionUndone: RuleDefinition = defineRule({
  id: "restriction-undone",
  severity: "medium",
  worst: "high",
  category: "security",
  title: "Restriction that something broader undoes",
  needs: ["policies"],
  fix: "none",
  dependsOn: "namespace",
  check(context, report, skip) {
    const { found, incomplete } = readmissions(context);
    const undone = [...found, ...addsNothing(context).undone].filter((piece) => isTold(context, piece));
    for (const group of byOpenings(undone.toSorted((a, b) => a.ref.rule - b.ref.rule))) report(foundOf(context, group));
    if (incomplete.length > 0) skip(`in ${listText(incomplete)}: there are too many peers to compare them all`);
  },
});

/** An except is `except-reallowed`'s, and what makes a default deny void makes every other restriction so. */
function isTold(context: RuleContext, piece: UndonePiece): boolean {
  const { narrow, by } = piece;
  if (narrow.peer !== "any" && narrow.peer.type === "ipBlock" && narrow.peer.except.length > 0) return false;
  return !isOverride(context, by.policy, by.direction, by.rule) && isOpened(context, piece);
}

/** Whether some of what only the broader one allows is open in the end, to pods that both select: what is denied all the same undoes nothing. */
function isOpened(context: RuleContext, { ref, narrow, by, broad }: UndonePiece): boolean {
  const { direction } = by;
  if (!isAnyDenied(context, direction)) return true;
  const { reachability } = context;
  const shared = intersectSets(context.subjectsOf(ref.policy), context.subjectsOf(by.policy));
  const [own, wide] = [ruleOfPiece(ref, narrow), ruleOfPiece(by, broad)];
  const opened = classesWhere(context, by.policy, wide, direction, [reachability], (subject) => {
    const all = reachability.ruleMatches(by.policy, wide, direction, subject, "possible");
    const beyond = subtractMaps(all, reachability.ruleMatches(ref.policy, own, direction, subject), reachability.table);
    // What it opens to those who are not there yet is not known to be denied.
    if (beyond.starts.length === 0) return true;
    const row = reachability.possible[direction].rowOf[subject.id]?.within(supportOf(beyond, reachability.classCount));
    return row === undefined || intersectMaps(beyond, row, reachability.table).starts.length > 0;
  });
  return shared.size === 0 || intersectSets(shared, opened).size > 0;
}

function ruleOfPiece(ref: RuleRef, { peer, port }: Piece): Rule {
  return { ...ruleOf(ref), peers: peer === "any" ? peer : [peer], ports: port === "any" ? port : [port] };
}

/** Pieces of one policy that one rule undoes are told of together: it is one defect. */
function byOpenings(pieces: readonly UndonePiece[]): readonly (readonly [UndonePiece, ...UndonePiece[]])[] {
  const groups = new Map<string, [UndonePiece, ...UndonePiece[]]>();
  for (const piece of pieces) {
    const { ref, by } = piece;
    const key = `${ref.policy.index} ${ref.direction} ${by.policy.index} ${by.rule}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [piece]);
    else group.push(piece);
  }
  return [...groups.values()];
}

function foundOf(context: RuleContext, pieces: readonly [UndonePiece, ...UndonePiece[]]): Found {
  const [{ ref, narrow, by, broad }] = pieces;
  const { policy } = ref;
  const [path, broadPath] = [pathOf(ref, narrow, broad), pathOf(by, broad, narrow)];
  return toldLater(
    {
      at: policyPlace(policy, path),
      ...severityOf(context, pieces),
      affected: context.subjectsOf(policy),
      because: [policyPlace(by.policy, broadPath)],
    },
    () => toldOf(pieces, path, broadPath),
  );
}

/** What is told of pieces that one rule undoes. */
function toldOf(pieces: readonly [UndonePiece, ...UndonePiece[]], path: NodePath, broadPath: NodePath): Told {
  const [{ ref, narrow, by, broad }] = pieces;
  const { policy, direction } = ref;
  const where = by.policy === policy ? "the same policy" : nameOf(by.policy);
  const paths = distinctPaths(pieces.map((piece) => pathOf(piece.ref, piece.narrow, piece.broad)));
  const more = paths.length - 1;
  const opening = distinctPaths(pieces.map((piece) => pathOf(by, piece.broad, piece.narrow)));
  const openingPath = opening.length === 1 ? broadPath : rulePath(by.policy, direction, by.rule);
  return {
    message: `${nameOf(policy)} (${direction}) allows only ${pieceText(narrow, direction)}${more === 0 ? "" : ` (and ${count(more, "more part")} of it)`}, but ${formatPath(broadPath)} of ${where} allows ${pieceText(broad, direction)} for the same pods: policies only add up, so ${more === 0 ? "the restriction has" : "these restrictions have"} no effect`,
    related: [
      relatedTo(policyPlace(by.policy, broadPath), `this allows ${pieceText(broad, direction)}`),
      ...paths
        .slice(1, relatedParts)
        .map((other) => relatedTo(policyPlace(policy, other), "this has no effect either")),
    ],
    fix: {
      kind: "manual",
      description: `If ${more === 0 ? "the restriction is" : "they are"} meant, remove or narrow ${formatPath(openingPath)} of ${by.policy.name}; if not, remove ${formatPath(path)}${more === 0 ? "" : ` and the other ${count(more, "part")}`} of ${policy.name}: without ${more === 0 ? "it" : "them"} nothing changes.`,
    },
  };
}

function distinctPaths(paths: readonly NodePath[]): readonly NodePath[] {
  return paths.length < 2 ? paths : [...new Map(paths.map((path) => [formatPath(path), path])).values()];
}

/** The part in which a piece differs from another: its peer, else its port, else the rule that names none. */
function pathOf({ policy, direction, rule }: RuleRef, piece: Piece, other: Piece): NodePath {
  const { peers, ports } = ruleOf({ policy, direction, rule });
  const peer = peers === "any" || piece.peer === "any" ? -1 : peers.indexOf(piece.peer);
  const port = ports === "any" || piece.port === "any" ? -1 : ports.indexOf(piece.port);
  const isSamePeer = piece.peer === other.peer || peerText(piece.peer) === peerText(other.peer);
  if (peer >= 0 && !isSamePeer) return peerPath(policy, direction, rule, peer);
  if (port >= 0 && isSamePeer) return portPath(policy, direction, rule, port);
  return rulePath(policy, direction, rule);
}

function pieceText({ peer, port }: Piece, direction: Direction): string {
  return `${direction === "ingress" ? "from" : "to"} ${peerText(peer)} on ${portsText(port === "any" ? "any" : [port])}`;
}

/** Worse where peers are restricted and everybody comes in; mild where DNS alone is open to everywhere. */
function severityOf(context: RuleContext, pieces: readonly [UndonePiece, ...UndonePiece[]]): Pick<Found, "severity"> {
  const [{ by }] = pieces;
  if (by.direction === "egress" && isDnsOnly(ruleOf(by), context)) return { severity: "low" };
  const isBad = ({ narrow, broad }: UndonePiece): boolean =>
    (broad.peer === "any" || isEveryPod(broad.peer)) && isRestricted(narrow, broad);
  return pieces.some(isBad) ? { severity: "high" } : {};
}

function isRestricted(narrow: Piece, broad: Piece): boolean {
  if (narrow.peer === "any") return false;
  if (narrow.peer.type !== "pods") return true;
  const { podSelector, namespaceSelector } = narrow.peer;
  return (
    peerText(narrow.peer) !== peerText(broad.peer) ||
    [podSelector, namespaceSelector].some((each) => each && leavesOut(each).length > 0)
  );
}

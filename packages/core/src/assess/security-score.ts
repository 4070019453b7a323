import { countStep } from "../lib/stoppable.ts";
import type { Platform } from "../model/facts.ts";
import type { Reachability } from "../reachability/reachability.ts";
import type { Finding } from "../answers/finding.ts";
import type { NamespaceSecurityScore, SecurityScoreDetail, SecurityTerm } from "../answers/security-score.ts";
import { CostliestFindings, costOf, toCostliest } from "./costliest-finding.ts";
import { namespaceFigures } from "./namespace-figures.ts";
import { type ScoreFigures, sumFigures } from "./score-figures.ts";
import { type ScoreTerm, scoreTerms } from "./score-terms.ts";
import { notScoredReasons } from "./unscored.ts";

/** A namespace with its figures and, of each term, the value and the finding that costs most. */
interface Scored {
  readonly figures: ScoreFigures;
  readonly terms: readonly ScoredTerm[];
}

interface ScoredTerm {
  readonly term: ScoreTerm;
  /** Of the 100 points that terms with a value share. */
  readonly weight: number;
  readonly value: number | undefined;
  readonly finding?: Finding;
  /** Part of its points were taken for a finding of high severity. */
  readonly isCapped?: boolean;
}

/** The explained security score of the namespaces given, and of all of them together, weighted by pods. `platform`: the cloud, where it is not that of the input. */
export function securityScore(
  reachability: Reachability,
  findings: readonly Finding[],
  names: readonly string[],
  platform?: Platform,
): SecurityScoreDetail {
  const figuresOf = namespaceFigures(reachability, findings, platform);
  const costliest = new CostliestFindings(reachability.cluster, findings);
  const reasonOf = notScoredReasons(reachability.cluster);
  const grave = graveByNamespace(findings);
  const scored: Scored[] = [];
  const reasons = new Set<string>();
  const byNamespace = new Map<string, NamespaceSecurityScore>();
  for (const name of names) {
    countStep();
    const figures = figuresOf.get(name) ?? sumFigures([]);
    const reason = figures.pods === 0 ? podlessNote(figures) : reasonOf(name);
    if (reason !== undefined) {
      if (figures.pods > 0) reasons.add(reason);
      byNamespace.set(name, { value: null, pods: figures.pods, note: reason, terms: [] });
      continue;
    }
    const entry = scoreNamespace(figures, (term) => costliest.in(name, term.name), grave.get(name));
    scored.push(entry);
    byNamespace.set(name, {
      value: valueOf(entry.terms),
      pods: figures.pods,
      terms: entry.terms.map((term) => toTerm(term, figures)),
    });
  }
  const isMeant = new Set(names);
  const worst = [...grave].find(([name]) => isMeant.has(name))?.[1];
  const terms = capped(totalTerms(scored), worst);
  const note = noteOf(scored, reasons, byNamespace);
  return {
    value: scored.length === 0 ? null : valueOf(terms),
    ...(note === undefined ? {} : { note }),
    terms: terms.map((term) => toTerm(term, sumFigures(scored.map(({ figures }) => figures)))),
    byNamespace: Object.fromEntries(byNamespace),
  };
}

function podlessNote({ hostNetworkPods }: ScoreFigures): string {
  return hostNetworkPods === 0 ? "it has no pods" : "all its pods are on the host network, where no policy isolates";
}

/** The first finding of high severity or worse in each namespace that has one, in the order of the findings. */
function graveByNamespace(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const grave = new Map<string, Finding>();
  for (const finding of findings) {
    const { severity, object } = finding;
    const name = object.namespace ?? object.name;
    if ((severity === "critical" || severity === "high") && !grave.has(name)) grave.set(name, finding);
  }
  return grave;
}

/** The most that a score can be beside a finding of high severity. */
const mostBesideGrave = 99;

/** Nothing is perfect beside a finding of high severity: what is too much is taken from the heaviest term, correctness first. */
function capped(terms: readonly ScoredTerm[], grave: Finding | undefined): readonly ScoredTerm[] {
  const excess = grave === undefined ? 0 : valueOf(terms) - mostBesideGrave;
  if (grave === undefined || excess <= 0) return terms;
  const scored = terms.filter(({ weight, value }) => value !== undefined && weight > excess);
  const payer = scored.find(({ term }) => term.name === "correctness") ?? scored[0];
  return terms.map((each) =>
    each === payer
      ? { ...each, value: (each.value ?? 0) - excess / each.weight, finding: each.finding ?? grave, isCapped: true }
      : each,
  );
}

function scoreNamespace(
  figures: ScoreFigures,
  findingFor: (term: ScoreTerm) => Finding | undefined,
  grave: Finding | undefined,
): Scored {
  const values = scoreTerms.map((term) => ({ term, value: term.value(figures) }));
  const known = values.reduce((sum, { term, value }) => (value === undefined ? sum : sum + term.weight), 0);
  const terms = values.map(({ term, value }): ScoredTerm => {
    const weight = value === undefined ? 0 : (100 * term.weight) / known;
    const finding = value === undefined || value === 1 ? undefined : findingFor(term);
    return { term, weight, value, ...(finding === undefined ? {} : { finding }) };
  });
  return { figures, terms: capped(terms, grave) };
}

/** Each term over all namespaces: its weight and value are such that the total is the mean of the namespaces' scores by pods. */
function totalTerms(scored: readonly Scored[]): readonly ScoredTerm[] {
  const pods = scored.reduce((sum, { figures }) => sum + figures.pods, 0);
  if (pods === 0) return [];
  return scoreTerms.map((term, i): ScoredTerm => {
    let [points, weight] = [0, 0];
    let isCapped = false;
    let finding: Finding | undefined;
    for (const { figures, terms } of scored) {
      const own = terms[i];
      if (own?.value === undefined) continue;
      weight += own.weight * figures.pods;
      points += own.weight * figures.pods * own.value;
      isCapped ||= own.isCapped === true;
      if (own.finding === undefined) continue;
      if (finding === undefined || costOf(own.finding, term.name) > costOf(finding, term.name)) finding = own.finding;
    }
    const value = weight === 0 ? undefined : points / weight;
    return {
      term,
      weight: weight / pods,
      value,
      ...(finding === undefined ? {} : { finding }),
      ...(isCapped ? { isCapped } : {}),
    };
  });
}

function valueOf(terms: readonly ScoredTerm[]): number {
  return terms.reduce((sum, { weight, value = 0 }) => sum + weight * value, 0);
}

function toTerm({ term, weight, value, finding, isCapped = false }: ScoredTerm, figures: ScoreFigures): SecurityTerm {
  const note = term.note(figures);
  return {
    name: term.name,
    weight,
    value: value === undefined ? null : 100 * value,
    note: noteOfTerm(note, value, isCapped),
    ...(finding === undefined ? {} : { costliest: toCostliest(finding) }),
  };
}

function noteOfTerm(note: string, value: number | undefined, isCapped: boolean): string {
  if (value === undefined) return `${note}: not scored, the other terms weigh more`;
  return isCapped ? `${note}, but nothing is perfect beside a finding of high severity` : note;
}

/** What the total leaves out, or why there is none. */
function noteOf(
  scored: readonly Scored[],
  reasons: ReadonlySet<string>,
  byNamespace: ReadonlyMap<string, NamespaceSecurityScore>,
): string | undefined {
  const [first] = reasons;
  const unscored = [...byNamespace.values()].filter(({ value, pods }) => value === null && pods > 0).length;
  if (scored.length === 0)
    return first === undefined
      ? "no security score: there are no pods that policies could isolate"
      : `no security score: ${first}`;
  if (first === undefined) return undefined;
  return `${unscored} of ${unscored + scored.length} namespaces with pods not scored: ${first}${reasons.size > 1 ? ", and others" : ""}`;
}

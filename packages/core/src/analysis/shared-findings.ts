import { severities, type Finding } from "../answers/finding.ts";

/** The findings of one environment. */
export interface EnvironmentFindings<T> {
  readonly name: string;
  readonly findings: readonly T[];
}

/** How many environments a message names. */
const maxNames = 5;

interface Shared<T> {
  readonly first: T;
  readonly names: string[];
}

/**
 * The findings of several environments, gravest first: the same rule at the same place is one finding, told with the names
 * of the environments, in its message as well so that no reader of any format misses them.
 */
export function sharedFindings(environments: readonly EnvironmentFindings<Finding>[]): readonly Finding[] {
  const told = shared(environments, (finding) => finding).map(({ first, names }) =>
    withNames(first, names, environments.length),
  );
  const rank = ({ severity }: Finding): number => severities.indexOf(severity);
  return told.toSorted((a, b) => rank(a) - rank(b));
}

/** Each thing once that several environments have at one place. */
export function shared<T>(
  environments: readonly EnvironmentFindings<T>[],
  findingOf: (each: T) => Finding,
): readonly Shared<T>[] {
  const found = new Map<string, Shared<T>>();
  for (const { name, findings } of environments) {
    const count = new Map<string, number>();
    for (const each of findings) {
      const place = placeOf(findingOf(each));
      const nth = (count.get(place) ?? 0) + 1;
      count.set(place, nth);
      const key = `${nth} ${place}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { first: each, names: [name] });
      else known.names.push(name);
    }
  }
  return [...found.values()];
}

/** Overlays rename objects and move them between namespaces: at a place of a file neither tells anything. */
function placeOf({ ruleId, severity, location, object }: Finding): string {
  const { kind, namespace = "", name } = object;
  const place =
    location === undefined ? [namespace, name] : [location.file, location.line, location.column, location.path];
  return JSON.stringify([ruleId, severity, kind, ...place]);
}

function withNames(finding: Finding, names: readonly string[], total: number): Finding {
  const rest = names.length - maxNames;
  const some = `${names.slice(0, maxNames).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  const which = names.length === total ? `all ${total} environments` : some;
  return { ...finding, message: `${finding.message} (in ${which})`, environments: names };
}

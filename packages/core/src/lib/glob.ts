/**
 * Whether a path matches a pattern: `*` is any text within a step of the path, `?` one character of it, `**` as a whole
 * step any number of steps. Steps are separated by `/`. Takes time in proportion to pattern and path: both may be hostile.
 */
export function matchesGlob(pattern: string, path: string): boolean {
  return matches(stepsOf(pattern), stepsOf(path), "**", (part, step) =>
    matches(Array.from(part), Array.from(step), "*", (sign, char) => sign === "?" || sign === char),
  );
}

function stepsOf(path: string): readonly string[] {
  return path.split("/").filter((step) => step !== "" && step !== ".");
}

/** `many` matches any number of items. Only the last one met can need another try, so the work is bounded by the product. */
function matches(
  pattern: readonly string[],
  items: readonly string[],
  many: string,
  isMatch: (part: string, item: string) => boolean,
): boolean {
  let at = 0;
  let lastMany = -1;
  let retry = 0;
  let i = 0;
  while (i < items.length) {
    const part = pattern[at];
    if (part === many) {
      lastMany = at++;
      retry = i;
    } else if (part !== undefined && isMatch(part, items[i] as string)) {
      at++;
      i++;
    } else if (lastMany >= 0) {
      at = lastMany + 1;
      i = ++retry;
    } else return false;
  }
  while (pattern[at] === many) at++;
  return at === pattern.length;
}

import { UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";

/** What `--set-var NAME=VALUE` gives; of the same name the last one holds. Throws a UsageError for anything else. */
export function parseVariables(entries: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    entries.map((entry) => {
      const split = entry.indexOf("=");
      const name = entry.slice(0, split);
      if (split < 0 || !/^[A-Za-z_]\w*$/.test(name))
        throw new UsageError(`--set-var ${printable(entry)}: write it as NAME=VALUE`);
      return [name, entry.slice(split + 1)] as const;
    }),
  );
}

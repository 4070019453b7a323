import type { SourceText } from "../parse/document.ts";

/** Something that makes manifests that are not in the input. */
export interface Generator {
  /** As it is counted: `helmfile`, `remote base`. */
  readonly kind: string;
  readonly name: string;
}

/** Files of tools that fetch or make manifests: their names, and what in them says so. */
const tools: readonly (readonly [kind: string, file: RegExp, text: RegExp])[] = [
  ["helmfile", /(?:^|\/)helmfile(?:\.d\/[^/]+)?\.ya?ml(?:\.gotmpl)?$/, /^[ \t]*(?:releases|helmfiles|bases):/m],
  ["Fleet bundle", /(?:^|\/)fleet\.yaml$/, /^helm:/m],
  ["DevSpace project", /(?:^|\/)devspace\.ya?ml$/, /^deployments:/m],
  ["Skaffold project", /(?:^|\/)skaffold\.ya?ml$/, /^[ \t]*(?:- )?helm:/m],
  ["Kapitan target", /(?:^|\/)targets\/.*\.ya?ml$/, /^[ \t]*kapitan:[\s\S]*\bcompile:/m],
  ["cdk8s app", /(?:^|\/)cdk8s\.ya?ml$/, /^app:/m],
  ["vendir configuration", /(?:^|\/)vendir\.ya?ml$/, /^directories:/m],
];

/** What tools besides kustomize and helm would make, by the files that tell them to. */
export function generatorsIn(sources: readonly SourceText[]): readonly Generator[] {
  const isSynthesized = sources.some(({ name }) => name.endsWith(".k8s.yaml"));
  return sources.flatMap(({ name, text }) =>
    tools
      .filter(([kind, file, telling]) => {
        if (kind === "cdk8s app" && isSynthesized) return false;
        return file.test(name) && telling.test(text);
      })
      .map(([kind]) => ({ kind, name })),
  );
}

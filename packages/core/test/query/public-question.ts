import { explain, explanationText } from "../../src/entries/explain.ts";
import { readManifests } from "../../src/entries/index.ts";

/** A document. */
export const namespace = (name: string, labels = ""): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {${labels}}}\n---\n`;
/** A document. */
export const pod = (where: string, name: string, labels: string, ports = "", more = ""): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: ${where}, labels: {${labels}}}\nspec: {${more}containers: [{name: c, image: i, ports: [${ports}]}]}\n---\n`;
/** A document. */
export const service = (where: string, name: string, spec: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: ${where}}\nspec: {${spec}}\n---\n`;
/** A document. */
export const policy = (where: string, name: string, spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: ${where}}\nspec: {${spec}}\n---\n`;

/** A document. */
export const calico = (kind: string, where: string | undefined, name: string, spec: string): string =>
  `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: ${name}${where === undefined ? "" : `, namespace: ${where}`}}\nspec: {${spec}}\n---\n`;
/** A document. */
export const cilium = (where: string, name: string, spec: string): string =>
  `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: ${name}, namespace: ${where}}\nspec: {${spec}}\n---\n`;

/** A question, its input, and what must be said of it. */
export interface Asked {
  readonly what: string;
  readonly input: string;
  readonly ends: readonly [source: string, target: string, port: string];
  readonly says: readonly (string | RegExp)[];
}

/** What a question's answer lacks of what helped. */
export function lacking({ input, ends: [source, target, port], says }: Asked): readonly string[] {
  const text = explanationText(explain(readManifests([{ name: "a.yaml", text: input }]), { source, target, port }));
  return says
    .filter((each) => (each instanceof RegExp ? !each.test(text) : !text.includes(each)))
    .map((each) => `${String(each)} is not in\n${text}`);
}

import { describe, expect, it } from "vitest";
import { readManifests } from "../../src/read/read-manifests.ts";
import { findOutrunDenies } from "../../src/symbolic/outrun-denies.ts";

const policy = (name: string, order: number | undefined, ...egress: readonly string[]): string =>
  `{apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {${order === undefined ? "" : `order: ${order}, `}selector: all(), types: [Egress], egress: [${egress.join()}]}}`;
const to = (action: string, app: string, more = ""): string =>
  `{action: ${action}, protocol: TCP, ${more}destination: {selector: app == '${app}'}}`;

/** The denies that are outrun, each with the rule that allows before. */
function outrun(...texts: readonly string[]): readonly string[] {
  const { policies } = readManifests([{ name: "a.yaml", text: texts.join("\n---\n") }]);
  const place = (ref: ReturnType<typeof findOutrunDenies>[number]["rule"]): string => `${ref.policy.name}[${ref.rule}]`;
  return findOutrunDenies(policies).map(({ rule, by }) => `${place(rule)} by ${place(by)}`);
}

describe("denies without an order", () => {
  const denying = policy("late", undefined, to("Deny", "db"));
  const allowing = (name: string, order: number): string => policy(name, order, to("Allow", "db"));

  it("are outrun by each policy with an order that allows all of it before", () => {
    expect(outrun(denying, allowing("a", 1), allowing("b", 2))).toEqual(["late[0] by a[0]", "late[0] by b[0]"]);
    expect(outrun(denying, policy("a", 1, to("Allow", "other")))).toEqual([]);
    expect(outrun(denying, policy("a", undefined, to("Allow", "db")))).toEqual([]);
    expect(outrun(policy("late", undefined, "{action: Deny}"), policy("a", 1, "{action: Allow}"))).toEqual([]);
  });

  it("are not where something denies or passes on before, or may", () => {
    for (const before of [to("Deny", "db"), to("Pass", "db"), to("Deny", "db", "source: {ports: [1]}, ")]) {
      expect(outrun(denying, policy("a", 1, before), allowing("b", 2))).toEqual([]);
      expect(outrun(denying, policy("a", 1, before, to("Allow", "db")))).toEqual([]);
      expect(outrun(denying, allowing("b", 1), policy("c", 2, before))).toEqual(["late[0] by b[0]"]);
    }
  });
});

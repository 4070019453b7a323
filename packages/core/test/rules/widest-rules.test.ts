import { expect, it } from "vitest";
import { findings, policy } from "./evaluate.ts";

it.each([
  { id: "all-namespaces-peer", type: "Ingress", list: "ingress", side: "from" },
  { id: "all-namespaces-egress", type: "Egress", list: "egress", side: "to" },
])("$id tells once of what a policy says again on no more ports", ({ id, type, list, side }) => {
  const wide = (ports: string): string => `{ ${side}: [{ namespaceSelector: {} }]${ports} }`;
  const [http, https, all] = [wide(", ports: [{ port: 80 }]"), wide(", ports: [{ port: 443 }]"), wide("")];
  const place = (rule: number): string => `spec.${list}[${rule}].${side}[0]`;
  const found = (...rules: readonly string[]): unknown =>
    findings(id, policy("web", `{ podSelector: {}, policyTypes: [${type}], ${list}: [${rules.join(", ")}] }`)).map(
      ({ location, related }) => [
        location?.path,
        related.filter(({ message }) => message.startsWith("so does")).map((each) => each.location?.path),
      ],
    );
  expect(found(http, https, http)).toEqual([
    [place(0), [place(2)]],
    [place(1), []],
  ]);
  expect(found(http, all)).toEqual([[place(1), [place(0)]]]);
});

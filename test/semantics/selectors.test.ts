import { describe, it } from "vitest";
import { expectAccepted, expectAllowed, expectDenied, expectRefused } from "./answers.ts";
import { namespace, pod, policy } from "./manifests.ts";

const labelled: Readonly<Record<string, string>> = {
  "a/gold": "{tier: gold}",
  "a/silver": "{tier: silver}",
  "a/empty": '{tier: ""}',
  "a/none": "{}",
  "a/both": "{tier: gold, app: web}",
};
const world =
  namespace("a") +
  pod("a/target", "{target: yes-it-is}") +
  Object.entries(labelled)
    .map(([id, labels]) => pod(id, labels))
    .join("");
const policyFrom = (selector: string): string =>
  world +
  policy("a/p", `podSelector: {matchLabels: {target: yes-it-is}}\ningress: [{from: [{podSelector: ${selector}}]}]`);
const expressions = (...items: readonly string[]): string => `{matchExpressions: [${items.join(", ")}]}`;

/** The peer selector matches exactly these pods; as a policy's subject it matches the same. */
function expectMatches(selector: string, names: readonly string[]): void {
  const asPeer = policyFrom(selector);
  const asSubject = world + policy("a/p", `podSelector: ${selector}`);
  for (const id of Object.keys(labelled)) {
    const matches = names.includes(id.slice("a/".length));
    (matches ? expectAllowed : expectDenied)(asPeer, [id, "a/target"]);
    (matches ? expectDenied : expectAllowed)(asSubject, ["a/target", id]);
  }
  expectAccepted(asPeer);
}

describe("label selectors", () => {
  it("row 24: In needs the key and one of the values", () => {
    expectMatches(expressions("{key: tier, operator: In, values: [gold, bronze]}"), ["gold", "both"]);
  });

  it("row 24: NotIn is also true when the key is absent", () => {
    expectMatches(expressions("{key: tier, operator: NotIn, values: [gold]}"), ["silver", "empty", "none"]);
  });

  it("row 24: Exists and DoesNotExist ask for the key only", () => {
    expectMatches(expressions("{key: tier, operator: Exists}"), ["gold", "silver", "empty", "both"]);
    expectMatches(expressions("{key: tier, operator: DoesNotExist}"), ["none"]);
  });

  it("row 24: the operators mean the same for labels of namespaces", () => {
    const pods =
      namespace("a") + namespace("x", "{env: prod}") + namespace("plain") + pod("a/t") + pod("x/p") + pod("plain/p");
    const from = (selector: string): string =>
      pods + policy("a/p", `ingress: [{from: [{namespaceSelector: ${expressions(selector)}}]}]`);
    expectAllowed(from("{key: env, operator: NotIn, values: [prod]}"), ["plain/p", "a/t"]);
    expectDenied(from("{key: env, operator: NotIn, values: [prod]}"), ["x/p", "a/t"]);
    expectAllowed(from("{key: env, operator: DoesNotExist}"), ["plain/p", "a/t"]);
    expectDenied(from("{key: env, operator: Exists}"), ["plain/p", "a/t"]);
  });

  it("row 25: an empty value needs the key to be there and empty", () => {
    expectMatches('{matchLabels: {tier: ""}}', ["empty"]);
    expectMatches(expressions('{key: tier, operator: In, values: [""]}'), ["empty"]);
    expectMatches(expressions('{key: tier, operator: NotIn, values: [""]}'), ["gold", "silver", "none", "both"]);
  });

  it("row 25: an empty value of a namespace's label needs the key to be there and empty", () => {
    const yaml =
      namespace("a") +
      namespace("x", '{env: ""}') +
      namespace("plain") +
      pod("a/t") +
      pod("x/p") +
      pod("plain/p") +
      policy("a/p", 'ingress: [{from: [{namespaceSelector: {matchLabels: {env: ""}}}]}]');
    expectAllowed(yaml, ["x/p", "a/t"]);
    expectDenied(yaml, ["plain/p", "a/t"]);
  });

  it("row 26: matchLabels and all matchExpressions are required together", () => {
    expectMatches("{matchLabels: {tier: gold}, matchExpressions: [{key: app, operator: Exists}]}", ["both"]);
    expectMatches("{matchLabels: {tier: gold}, matchExpressions: [{key: app, operator: DoesNotExist}]}", ["gold"]);
  });

  it("row 26: a key may be named several times", () => {
    const notIn = (value: string): string => `{key: tier, operator: NotIn, values: [${value}]}`;
    expectMatches(expressions(notIn("gold"), notIn("silver")), ["empty", "none"]);
    expectMatches(expressions("{key: tier, operator: Exists}", notIn('"", silver')), ["gold", "both"]);
    expectMatches(
      expressions("{key: tier, operator: In, values: [gold]}", "{key: tier, operator: In, values: [silver]}"),
      [],
    );
  });

  it("row 26: In and NotIn need a value, Exists and DoesNotExist take none", () => {
    for (const operator of ["In", "NotIn"]) {
      for (const values of ["", ", values: []", ", values: null"])
        expectRefused(
          policyFrom(expressions(`{key: tier, operator: ${operator}${values}}`)),
          /needs at least one value/,
        );
    }
    for (const operator of ["Exists", "DoesNotExist"])
      expectRefused(policyFrom(expressions(`{key: tier, operator: ${operator}, values: [gold]}`)), /takes no values/);
    expectRefused(policyFrom(expressions("{key: tier, operator: Is, values: [gold]}")), /operator "Is"/);
  });

  it("row 26: a new policy with a value that no label can have is refused, so it is not in force", () => {
    expectRefused(policyFrom(expressions('{key: tier, operator: In, values: ["not a label"]}')), /no label can have/);
    expectRefused(
      policyFrom(expressions('{key: tier, operator: NotIn, values: ["not a label"]}')),
      /no label can have/,
    );
  });

  it("label keys that JavaScript knows are ordinary keys", () => {
    const keys = ["__proto__", "constructor", "toString", "hasOwnProperty"].filter((key) => !key.startsWith("_"));
    for (const key of keys) {
      const yaml = policyFrom(expressions(`{key: ${key}, operator: Exists}`));
      for (const id of Object.keys(labelled)) expectDenied(yaml, [id, "a/target"]);
      expectAllowed(yaml + pod("a/odd", `{${key}: x}`), ["a/odd", "a/target"]);
    }
  });
});

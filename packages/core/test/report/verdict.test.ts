import { describe, expect, it } from "vitest";
import { verdictMarkdown } from "../../src/report/verdict-markdown.ts";
import { verdictText } from "../../src/report/verdict-text.ts";
import type { VerdictPart } from "../../src/answers/verdict.ts";
import { placeAt, ref, verdict } from "./samples.ts";

const blocking = {
  policy: ref,
  tier: "NetworkPolicy",
  action: "isolate",
  path: "spec",
  location: placeAt(2),
  reason: "no rule matches",
} as const;

describe("verdictText", () => {
  it("says yes, on which ports, and which rule decides where", () => {
    expect(verdictText(verdict)).toBe(`yes  shop/web[Deployment] to shop/db[Pod] : TCP 5432

egress  shop/web[Deployment] is not isolated for egress: all of it is allowed
ingress shop/db[Pod]: allowed by
          p.yaml:9:3  NetworkPolicy shop/db spec.ingress[0]: TCP 5432
`);
  });

  it("says no and who blocks", () => {
    const text = verdictText({
      ...verdict,
      answer: "no",
      port: "80/TCP",
      ingress: {
        answer: "no",
        isolated: true,
        allowedBy: [],
        blockedBy: Array.from({ length: 7 }, () => blocking),
        passedBy: [],
      },
    });
    expect(text).toContain("no  shop/web[Deployment] to shop/db[Pod] on 80/TCP\n");
    expect(text).toContain(`ingress shop/db[Pod]: blocked, no rule allows it
          p.yaml:2:3  NetworkPolicy shop/db spec
            no rule matches
`);
    expect(text).toContain("and 2 more; -o json has all");
  });

  it("says that no port meets when both ends allow something", () => {
    expect(verdictText({ ...verdict, answer: "no" })).toContain(
      "note: each side allows something, but no port that both allow",
    );
  });

  it("names the missing fact, and what is not evaluated", () => {
    const text = verdictText({
      ...verdict,
      answer: "unknown",
      because: [{ namespace: "a", label: "team" }],
      notEvaluated: [{ kind: "AdminNetworkPolicy", count: 2, reason: "r", objects: [] }],
    });
    expect(text).toContain("note: it depends on label team of namespace a, which the input does not give");
    expect(text).toContain("note: 2 AdminNetworkPolicy objects are not evaluated");
  });

  it("lists the parts when they do not agree", () => {
    const [part] = verdict.parts;
    const parts: VerdictPart[] = [
      { ...part, source: "x", target: "y", answer: "yes", ports: {}, all: true },
      { ...part, source: "x", target: "z", answer: "no", ports: {}, all: false },
    ];
    const text = verdictText({ ...verdict, partial: true, parts });
    expect(text).toContain("yes, in part  ");
    expect(text).toContain("parts\n  yes     x => y : All\n  no      x => z\n");
  });
});

describe("verdictMarkdown", () => {
  it("has the answer and a row per deciding rule", () => {
    expect(verdictMarkdown(verdict)).toBe(`**yes** \`shop/web[Deployment]\` to \`shop/db[Pod]\`: TCP 5432

| Direction | Decides | Rule | Place | Ports |
| --- | --- | --- | --- | --- |
| egress | allowed | not isolated |  | All |
| ingress | allowed | \`NetworkPolicy shop/db spec.ingress[0]\` | \`p.yaml:9:3\` | TCP 5432 |
`);
  });
});

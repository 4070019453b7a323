import { describe, expect, it } from "vitest";
import type { Policy, Subject } from "../../src/model/policy.ts";
import type { Selector } from "../../src/model/selector.ts";
import { areSubjectsAlike, maySelectTheSame } from "../../src/semantics/subjects.ts";

const app = (...values: readonly string[]): Selector => ({
  requirements: [{ key: "app", operator: "In", values, from: "matchLabels" }],
});
const selecting = (subject: Subject, namespace?: string): Policy =>
  ({ subject, ...(namespace === undefined ? {} : { namespace }) }) as Policy; // all that is asked

const web = { podSelector: app("web") };
const db = { podSelector: app("db") };

describe("what two policies select", () => {
  it("is alike where it is written alike, in one namespace", () => {
    expect(areSubjectsAlike(selecting(web, "shop"), selecting({ podSelector: app("web") }, "shop"))).toBe(true);
    expect(areSubjectsAlike(selecting(web, "shop"), selecting(web, "bank"))).toBe(false);
    expect(areSubjectsAlike(selecting(web), selecting({ ...web, namespaceSelector: app("web") }))).toBe(false);
  });

  it("is not said to be alike where it has more than one part, but of one policy", () => {
    const [one, other] = [selecting({ ...web, or: [db] }), selecting({ ...web, or: [{ podSelector: app("api") }] })];
    expect(areSubjectsAlike(one, other)).toBe(false);
    expect(areSubjectsAlike(one, one)).toBe(true);
  });

  it("may meet where no label has two values, in one namespace or in that of the cluster's", () => {
    expect(maySelectTheSame(selecting(web, "shop"), selecting(db, "shop"))).toBe(false);
    expect(maySelectTheSame(selecting(web, "shop"), selecting({ podSelector: app("web", "db") }, "shop"))).toBe(true);
    expect(maySelectTheSame(selecting(web, "shop"), selecting(web, "bank"))).toBe(false);
    expect(maySelectTheSame(selecting(web, "shop"), selecting(web))).toBe(true);
    expect(maySelectTheSame(selecting(web), selecting(web, "shop"))).toBe(true);
  });

  it("may meet in any of its parts", () => {
    expect(maySelectTheSame(selecting({ ...web, or: [db] }), selecting(db))).toBe(true);
    expect(maySelectTheSame(selecting(db), selecting({ ...web, or: [db] }))).toBe(true);
  });
});

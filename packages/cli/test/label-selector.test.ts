import { describe, expect, it } from "vitest";
import { parseLabelSelector } from "../src/label-selector.ts";
import { twoTiers } from "./manifests.ts";
import { npa } from "./run.ts";

const web = { app: "web", "app.kubernetes.io/name": "shop", empty: "" };

describe("-l", () => {
  it.each<readonly [selector: string, matches: boolean]>([
    ["app=web", true],
    ["app==web", true],
    ["app = web", true],
    ["app=db", false],
    ["app!=web", false],
    ["app!=db", true],
    ["tier!=db", true],
    ["tier=", false],
    ["empty=", true],
    ["app", true],
    ["tier", false],
    ["!tier", true],
    ["!app", false],
    ["app in (web,db)", true],
    ["app in (db)", false],
    ["app notin (web, db)", false],
    ["tier notin (web)", true],
    ["app in (web,db),!tier", true],
    ["app=web,tier=x", false],
    ["app.kubernetes.io/name=shop", true],
    ["constructor", false],
    ["__proto__=x", false],
  ])("%s", (selector, matches) => {
    expect(parseLabelSelector(selector)(web)).toBe(matches);
  });

  it.each(["", ",", "app=web,", "=web", "app in web", "app in (web", "app>1", "-app"])("refuses %j", (selector) => {
    expect(() => parseLabelSelector(selector)).toThrow(/^-l .*: write a label selector like app=web/);
  });

  it("lists the connections of the workloads that it selects", async () => {
    const list = async (...flags: string[]): Promise<readonly string[]> =>
      (await npa(["list", "a.yaml", "-o", "csv", ...flags], { "a.yaml": twoTiers })).stdout
        .trimEnd()
        .split("\n")
        .slice(1);
    const all = await list();
    const ofDb = await list("-l", "app=db");
    expect(ofDb).toEqual(all.filter((line) => line.includes("shop/db[")));
    expect(ofDb.length).toBeGreaterThan(0);
    expect(ofDb.length).toBeLessThan(all.length);
    expect(await list("-l", "app=db", "-n", "shop")).toEqual(ofDb);
    expect(await list("-l", "app")).toEqual(all);
    expect(await list("-l", "!app")).toEqual([]);
  });

  it("does not count", async () => {
    expect(await npa(["list", "a.yaml", "--count", "-l", "app"], { "a.yaml": twoTiers })).toMatchObject({ code: 2 });
  });
});

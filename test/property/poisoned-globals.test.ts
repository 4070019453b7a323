import { analyze, listConnectivity, readManifests } from "@npa/core";
import { hostileShapes, toYaml } from "@npa/fixtures";
import { expect, it } from "vitest";

/** Runs with prototypes that some other code of the process has extended, enumerable as an assignment leaves it. */
function poisoned<T>(work: () => T): T {
  const extended = [Object.prototype, Array.prototype, Map.prototype, String.prototype];
  for (const prototype of extended) {
    for (const key of ["polluted", "toJson", "0x"])
      Object.defineProperty(prototype, key, { value: "poison", enumerable: true, configurable: true, writable: true });
  }
  try {
    return work();
  } finally {
    for (const prototype of extended)
      for (const key of ["polluted", "toJson", "0x"]) Reflect.deleteProperty(prototype, key);
  }
}

it("the public entry answers the same under prototypes that somebody extended", () => {
  const text = [...toYaml(hostileShapes["many-keys"](4))].join("");
  const sources = [{ name: "a.yaml", text }];
  const answers = (): string =>
    JSON.stringify([analyze(sources), [...listConnectivity(readManifests(sources)).connections]]);
  const clean = answers();
  expect(clean.length).toBeGreaterThan(1000);
  expect(poisoned(answers)).toBe(clean);
  expect(clean).not.toContain("poison");
});

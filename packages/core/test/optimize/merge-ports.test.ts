import { describe, expect, it } from "vitest";
import type { PortSpec, Rule } from "../../src/model/policy.ts";
import { mergePorts } from "../../src/optimize/merge-ports.ts";
import { named, ports, rule } from "../symbolic/policy-arbitraries.ts";

function mergedPorts(...list: readonly PortSpec[]): Rule["ports"] | undefined {
  return mergePorts([rule("any", list)], "ingress").at(-1)?.rules[0]?.ports;
}

describe("ports of a rule that become a range", () => {
  it("are three single ones in a row, or two of which one is a range", () => {
    expect(mergedPorts(ports("TCP", 80), ports("TCP", 81))).toBeUndefined();
    expect(mergedPorts(ports("TCP", 80), ports("TCP", 81), ports("TCP", 82))).toEqual([ports("TCP", 80, 82)]);
    expect(mergedPorts(ports("TCP", 80, 90), ports("TCP", 91))).toEqual([ports("TCP", 80, 91)]);
    expect(mergedPorts(ports("TCP", 80, 90), ports("TCP", 92))).toBeUndefined();
  });

  it("overlap, lie in each other or follow, whatever their order", () => {
    expect(mergedPorts(ports("TCP", 1, 90), ports("TCP", 20, 30))).toEqual([ports("TCP", 1, 90)]);
    expect(mergedPorts(ports("TCP", 50, 90), ports("UDP", 91), ports("TCP", 40, 60))).toEqual([
      ports("TCP", 40, 90),
      ports("UDP", 91),
    ]);
  });

  it("stand where the first of them stood, and named ones stay", () => {
    expect(
      mergedPorts(named("web"), ports("TCP", 82), named("api"), ports("TCP", 80), ports("TCP", 81), ports("TCP", 90)),
    ).toEqual([named("web"), ports("TCP", 80, 82), named("api"), ports("TCP", 90)]);
  });

  it("are those of a rule that only allows, and says nothing of what it leaves out", () => {
    const row = [ports("TCP", 80), ports("TCP", 81), ports("TCP", 82)];
    expect(mergePorts([{ ...rule("any", row), exceptPorts: [ports("TCP", 81)] }], "ingress")).toEqual([]);
    expect(mergePorts([{ ...rule("any", row), action: "deny" }], "ingress")).toEqual([]);
    expect(mergePorts([{ ...rule("any", row), unknown: "x" }], "ingress")).toEqual([]);
  });

  it("are patched in place, and those that go from the last to the first", () => {
    const [step] = mergePorts(
      [rule("any", [ports("TCP", 81), ports("TCP", 80), ports("TCP", 82, 85), named("web"), ports("TCP", 86)])],
      "egress",
    );
    expect(step?.patch).toEqual([
      { op: "replace", path: "/spec/egress/0/ports/0/port", value: 80 },
      { op: "add", path: "/spec/egress/0/ports/0/endPort", value: 86 },
      { op: "remove", path: "/spec/egress/0/ports/4" },
      { op: "remove", path: "/spec/egress/0/ports/2" },
      { op: "remove", path: "/spec/egress/0/ports/1" },
    ]);
    const [back] = mergePorts([rule("any", [ports("TCP", 82), ports("TCP", 81), ports("TCP", 80)])], "egress");
    expect(back?.patch.slice(0, 2)).toEqual([
      { op: "replace", path: "/spec/egress/0/ports/0/port", value: 80 },
      { op: "add", path: "/spec/egress/0/ports/0/endPort", value: 82 },
    ]);
    const [kept] = mergePorts([rule("any", [ports("TCP", 80, 90), ports("TCP", 85)])], "egress");
    expect(kept?.patch).toEqual([{ op: "remove", path: "/spec/egress/0/ports/1" }]);
    expect(kept?.reason).toBe("2 ports are 1");
    expect(step?.reason).toBe("4 ports are 1");
    const [row] = mergePorts([rule("any", [ports("TCP", 1), ports("TCP", 2), ports("TCP", 3)])], "egress");
    expect(row?.reason).toBe("3 ports are 1; endPort needs Kubernetes 1.25 and a network plugin that knows it");
  });

  it("are all of a protocol where they come to that", () => {
    const [step] = mergePorts([rule("any", [ports("UDP", 1, 100), ports("UDP", 101, 65_535)])], "ingress");
    expect(step?.patch).toEqual([
      { op: "replace", path: "/spec/ingress/0/ports/0", value: { protocol: "UDP" } },
      { op: "remove", path: "/spec/ingress/0/ports/1" },
    ]);
  });
});

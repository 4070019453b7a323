import { describe, expect, it } from "vitest";
import {
  assuming,
  expectAccepted,
  expectAllowed,
  expectDenied,
  expectRefused,
  expectUnknown,
  list,
  portsBetween,
  problems,
} from "./answers.ts";
import { namespace, pod, policy, service } from "./manifests.ts";

const at = (...addresses: readonly string[]): { status: string } => ({
  status: `{phase: Running, podIPs: [${addresses.map((ip) => `{ip: "${ip}"}`).join(", ")}]}`,
});
const world =
  namespace("a") +
  pod("a/web", "{app: web}", at("10.1.0.1", "fd00::1")) +
  pod("a/db", "{app: db}", at("10.1.0.2")) +
  pod("a/new", "{app: new}");
const block = (cidr: string, except = ""): string =>
  `{ipBlock: {cidr: "${cidr}"${except === "" ? "" : `, except: [${except}]`}}}`;
const from = (...peers: readonly string[]): string =>
  world + policy("a/in", `podSelector: {matchLabels: {app: web}}\ningress: [{from: [${peers.join(", ")}]}]`);
const to = (...peers: readonly string[]): string =>
  world +
  policy(
    "a/out",
    `podSelector: {matchLabels: {app: web}}\npolicyTypes: [Egress]\negress: [{to: [${peers.join(", ")}]}]`,
  );
const matchingPods = assuming({ ipBlockMatchesPods: true });

describe("addresses", () => {
  it("row 32: an ipBlock on a Service's address does not open the pods behind the Service", () => {
    const front = service("a/db", "clusterIP: 10.96.0.10\nselector: {app: db}\nports: [{port: 80}]");
    const yaml = to(block("10.96.0.10/32")) + front;
    expectDenied(yaml, ["a/web", "a/db"]);
    expectDenied(yaml, ["a/web", "a/db"], matchingPods);
    expectAllowed(yaml, ["a/web", "10.96.0.10"]);
  });

  it("row 43: addresses in except are left out of their block", () => {
    const yaml = from(block("10.0.0.0/8", "10.5.0.0/16, 10.6.7.8/32"));
    expectAllowed(yaml, ["10.4.255.255", "a/web"]);
    expectDenied(yaml, ["10.5.0.0", "a/web"]);
    expectDenied(yaml, ["10.5.255.255", "a/web"]);
    expectDenied(yaml, ["10.6.7.8", "a/web"]);
    expectAllowed(yaml, ["10.6.7.9", "a/web"]);
    expectDenied(yaml, ["11.0.0.0", "a/web"]);
    expectAccepted(yaml);
  });

  it("row 43: except cuts its own block only: another block, rule or policy may allow the same again", () => {
    const cut = block("10.0.0.0/8", "10.5.0.0/16");
    expectAllowed(from(cut, block("10.5.1.0/24")), ["10.5.1.1", "a/web"]);
    expectDenied(from(cut, block("10.5.1.0/24")), ["10.5.2.1", "a/web"]);
    const other = policy("a/other", `podSelector: {}\ningress: [{from: [${block("10.5.2.0/24")}]}]`);
    expectAllowed(from(cut) + other, ["10.5.2.1", "a/web"]);
    expectDenied(from(cut, cut), ["10.5.1.1", "a/web"]);
  });

  it("row 43: except must be a strict part of its cidr", () => {
    for (const except of ["10.0.0.0/8", "10.0.0.0/7", "11.0.0.0/16", "0.0.0.0/0"])
      expectRefused(from(block("10.0.0.0/8", except)), /except/);
    expectRefused(from(block("10.0.0.0/8", '"not a block"')), /is not a CIDR block/);
  });

  it("row 44: by default an ipBlock matches no pod, whatever the pod's address", () => {
    const yaml = from(block("10.1.0.0/16"));
    expectDenied(yaml, ["a/db", "a/web"]);
    expectDenied(from(block("0.0.0.0/0"), block("::/0")), ["a/db", "a/web"]);
    expectAllowed(yaml, ["10.1.0.9", "a/web"]);
  });

  it("row 44: with ipBlockMatchesPods a block matches the pods whose address it covers", () => {
    const yaml = from(block("10.1.0.2/32"));
    expectAllowed(yaml, ["a/db", "a/web"], matchingPods);
    expectDenied(from(block("10.1.0.3/32")), ["a/db", "a/web"], matchingPods);
    expectAllowed(to(block("10.1.0.0/24")), ["a/web", "a/db"], matchingPods);
  });

  it("row 44: with ipBlockMatchesPods a pod of unknown address is matched by whole families only, else it is unknown", () => {
    expectAllowed(from(block("0.0.0.0/0"), block("::/0")), ["a/new", "a/web"], matchingPods);
    // It may be of either family.
    expectUnknown(from(block("0.0.0.0/0")), ["a/new", "a/web"], matchingPods);
    expectUnknown(from(block("10.1.0.0/16")), ["a/new", "a/web"], matchingPods);
    expectAllowed(to(block("0.0.0.0/0"), block("::/0")), ["a/web", "a/new"], matchingPods);
    const ofOneFamily = { ...matchingPods, podCidrs: ["10.1.0.0/16"] };
    expectAllowed(from(block("10.1.0.0/16")), ["a/new", "a/web"], ofOneFamily);
    expectUnknown(from(block("10.1.0.0/24")), ["a/new", "a/web"], ofOneFamily);
    expectDenied(from(block("10.2.0.0/16"), block("::/0")), ["a/new", "a/web"], ofOneFamily);
    const ofBoth = { ...matchingPods, podCidrs: ["10.1.0.0/16", "fd00::/64"] };
    expectUnknown(from(block("10.1.0.0/16")), ["a/new", "a/web"], ofBoth);
    expectAllowed(from(block("10.1.0.0/16"), block("fd00::/48")), ["a/new", "a/web"], ofBoth);
  });

  it("row 45: 0.0.0.0/0 does not cover IPv6, and ::/0 does not cover IPv4", () => {
    expectAllowed(from(block("0.0.0.0/0")), ["8.8.8.8", "a/web"]);
    expectDenied(from(block("0.0.0.0/0")), ["2001:db8::1", "a/web"]);
    expectDenied(from(block("::/0")), ["8.8.8.8", "a/web"]);
    expectAllowed(from(block("::/0"), block("0.0.0.0/0")), ["2001:db8::1", "a/web"]);
    expectRefused(from(block("0.0.0.0/0", '"fd00::/8"')), /except/);
  });

  it("row 45: a pod with two addresses is reached over the family that both ends allow", () => {
    const other = pod("a/dual", "{app: dual}", at("10.1.0.4", "fd00::4"));
    const both = policy(
      "a/dual-in",
      `podSelector: {matchLabels: {app: dual}}\ningress: [{from: [${block("fd00::/8")}]}]`,
    );
    expectAllowed(to(block("fd00::/8")) + other + both, ["a/web", "a/dual"], matchingPods);
    expectDenied(to(block("10.1.0.0/16")) + other + both, ["a/web", "a/dual"], matchingPods);
  });

  it("row 46: bits behind the prefix are masked, and are a problem", () => {
    const yaml = from(block("10.0.0.1/8"));
    expectAllowed(yaml, ["10.200.0.0", "a/web"]);
    expect(problems(yaml, "suspicious-value").map(({ message }) => message)).toEqual([
      expect.stringContaining("10.0.0.0/8"),
    ]);
  });

  it("row 46: leading zeros are read in decimal, and are a problem", () => {
    const yaml = from(block("010.0.0.010/32"));
    expectAllowed(yaml, ["10.0.0.10", "a/web"]);
    expectDenied(yaml, ["8.0.0.8", "a/web"]);
    expect(problems(yaml, "suspicious-value")).toHaveLength(1);
  });

  it("row 46: an IPv4-mapped IPv6 block matches nothing, and is a problem", () => {
    const yaml = from(block("::ffff:10.0.0.0/104"));
    expectDenied(yaml, ["10.0.0.1", "a/web"]);
    expect(() => expectDenied(yaml, ["::ffff:10.0.0.1", "a/web"])).toThrow(/read in two ways/);
    expect(problems(yaml, "suspicious-value")).toHaveLength(1);
  });

  it("row 47: an ipBlock on clients is taken literally: what rewrites the source address is not known", () => {
    const yaml =
      from(block("203.0.113.0/24")) + service("a/web", "type: LoadBalancer\nselector: {app: web}\nports: [{port: 80}]");
    expectAllowed(yaml, ["203.0.113.7", "a/web"]);
    expectDenied(yaml, ["10.0.0.1", "a/web"]);
  });

  it("outside addresses that all policies treat alike are one endpoint", () => {
    expect(
      list(world)
        .endpoints.filter(({ type }) => type === "ipBlock")
        .map(({ id }) => id),
    ).toEqual(["external"]);
    const split = list(from(block("10.0.0.0/8"))).endpoints.filter(({ type }) => type === "ipBlock");
    expect(split).toHaveLength(2);
    expect(portsBetween(world, "a/web", "a/db")).toBe("all");
  });
});

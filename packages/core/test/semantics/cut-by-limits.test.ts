import { describe, expect, it } from "vitest";
import type { Policy, PodPeer, PortSpec, Rule } from "../../src/model/policy.ts";
import type { AllowedRequest, RequestView } from "../../src/model/requests.ts";
import type { Selector } from "../../src/model/selector.ts";
import { ciliumTier } from "../../src/semantics/tiers.ts";
import { isLimited, limitsRequests, namedRequests, underRequests } from "../../src/semantics/under-requests.ts";
import { parseCidr } from "../../src/sets/address-set.ts";

const app = (...values: readonly string[]): Selector => ({
  requirements: [{ key: "app", operator: "In", values, from: "matchLabels" }],
});
const pods = (...apps: readonly string[]): PodPeer => ({ type: "pods", podSelector: app(...apps) });
const tcp = (from: number, to = from): PortSpec => ({ type: "range", protocol: "TCP", from, to });
const udp = (from: number, to = from): PortSpec => ({ type: "range", protocol: "UDP", from, to });
const rule = (peers: Rule["peers"], ports: Rule["ports"], more: Partial<Rule> = {}): Rule => ({
  action: "allow",
  peers,
  ports,
  ...more,
});

interface Parts {
  readonly selects?: string;
  readonly namespace?: string;
  readonly applies?: boolean;
}

function policy(egress: readonly Rule[], { selects = "web", namespace = "shop", applies = true }: Parts = {}): Policy {
  return {
    ref: { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", namespace, name: "p" },
    name: "p",
    namespace,
    tier: ciliumTier,
    priority: 0,
    subject: { podSelector: app(selects) },
    applies: { ingress: false, egress: applies },
    isolates: { ingress: false, egress: true },
    rules: { ingress: [], egress },
    annotations: {},
    origin: { locator: { file: "a.yaml", locate: () => ({}) as never }, path: [] },
    index: 0,
  };
}

const server: readonly AllowedRequest[] = [{ type: "serverName", name: "example.com" }];
const http: readonly AllowedRequest[] = [{ type: "http", method: "GET", headers: [] }];
const dns: readonly AllowedRequest[] = [{ type: "dns", name: "example.com" }];
const listener: readonly AllowedRequest[] = [{ type: "other", what: "a listener" }];

/** The rules of a policy for some view, beside others. */
function under(view: RequestView, own: Policy, ...others: readonly Policy[]): readonly Rule[] {
  return underRequests({ policies: [own, ...others] }, view).policies[0]?.rules.egress ?? [];
}

/** What is left of a rule of web beside a limit of web. */
function left(own: Rule, limit: Rule, parts: Parts = {}): readonly Rule[] {
  return under("every", policy([own]), policy([limit], parts));
}

const limit = rule([pods("db")], [tcp(443)], { requests: server });
const plain = rule([pods("db")], [tcp(443), tcp(80)]);
const without443 = rule([pods("db")], [tcp(80)]);

describe("a limited rule", () => {
  const get = { type: "http", method: "GET", path: "/" } as const;
  const post = { ...get, method: "POST" };
  const limited = rule([pods("db")], [tcp(80)], { requests: http });
  const { requests: _, ...known } = limited;

  it("allows, does not allow or may allow", () => {
    expect(under("some", policy([limited]))).toEqual([limited]);
    expect(under(get, policy([limited]))).toEqual([known]);
    expect(under(post, policy([limited]))).toEqual([{ ...limited, placeholder: true }]);
    expect(under("every", policy([limited]))).toEqual([
      { ...limited, unknown: expect.stringContaining("requests limited to") },
    ]);
    const texts = namedRequests({ policies: [policy([limited])] });
    expect(texts.size).toBe(1);
    expect(under({ type: "named", texts }, policy([limited]))).toEqual([known]);
    expect(under({ type: "named", texts: new Set(["other"]) }, policy([limited]))).toEqual([
      { ...limited, unknown: expect.stringContaining("requests limited to") },
    ]);
  });

  it("denies all other requests where it is strict", () => {
    const strict = { ...limited, strict: true as const };
    const others = (denied: Rule): Rule => {
      const { requests: __, strict: ___, ...rest } = denied;
      return { ...rest, action: "deny", unknown: expect.stringContaining("other requests") as string };
    };
    expect(under(get, policy([strict]))).toEqual([{ ...known, strict: true }]);
    for (const view of [post, "every"] as const) {
      expect(under(view, policy([strict]))[1]).toEqual(others(strict));
      expect(under(view, policy([strict]))).toHaveLength(2);
      expect(under(view, policy([limited]))).toHaveLength(1);
    }
    expect(under("every", policy([{ ...limited, requests: listener }]))).toHaveLength(1);
    const doubtful = under(post, policy([{ ...limited, strict: "in doubt" }]));
    expect(doubtful.map(({ action, unknown }) => [action, unknown])).toEqual([
      ["allow", undefined],
      ["deny", expect.stringContaining("documented to drop")],
    ]);
  });

  it("denies other look-ups where it is strict, unless another rule of that very port lets them pass", () => {
    const strict = rule([pods("db")], [udp(53)], { requests: dns, strict: true });
    const other = { type: "dns", name: "other.example" } as const;
    const denials = (...others: readonly Rule[]): unknown =>
      under(other, policy([strict, ...others])).flatMap(({ action, unknown }) =>
        action === "deny" ? [unknown ?? "surely"] : [],
      );
    expect(under({ ...other, name: "example.com" }, policy([strict])).map(({ action }) => action)).toEqual(["allow"]);
    expect(denials()).toEqual(["surely"]);
    expect(denials(rule([pods("db")], "any"), rule([pods("web")], [udp(53)]))).toEqual(["surely"]);
    expect(denials(rule([pods("db")], [tcp(53)]))).toEqual(["surely"]);
    expect(denials({ ...strict, requests: [...dns] })).toEqual(["surely", "surely"]);
    expect(denials(rule([pods("db"), pods("web")], [udp(53)]))).toEqual([]);
    expect(denials(rule("any", [udp(53), tcp(53)]))).toEqual([]);
    for (const may of [rule([pods("db")], [udp(53)], { unknown: "who" }), rule([pods("db", "web")], [udp(53)])])
      expect(denials(may)).toEqual([expect.stringContaining("another rule may let pass")]);
  });

  it("is one that allows, and of which nothing says yet what passes", () => {
    expect(isLimited(limited)).toBe(true);
    const others: readonly Partial<Rule>[] = [{ action: "deny" }, { placeholder: true }, { unknown: "where it is" }];
    for (const part of others) {
      const other = { ...limited, ...part };
      expect(isLimited(other)).toBe(false);
      expect(limitsRequests({ policies: [policy([other])] })).toBe(false);
    }
    expect(limitsRequests({ policies: [], hostPolicies: [{ policies: [policy([limited])] } as never] })).toBe(true);
  });
});

describe("a limit on look-ups beside names of ports", () => {
  const name: PortSpec = { type: "named", protocol: "UDP", name: "dns" };
  const ofName: PortSpec = { type: "range", protocol: "UDP", from: 53, to: 53, of: "dns" };
  const lookUps = (port: PortSpec): Rule => rule([pods("db")], [port], { requests: dns });

  it("is not lifted by the name of its port, and on names by no number", () => {
    const of = (...ports: readonly PortSpec[]): Rule => rule([pods("db")], ports);
    expect(left(of(name), lookUps(udp(53)))).toEqual([{ ...of(name), exceptPorts: [udp(53)] }]);
    expect(left(of(ofName), lookUps(udp(53)))).toEqual([{ ...of(ofName), exceptPorts: [udp(53)] }]);
    expect(left(of(udp(53)), lookUps(ofName))).toEqual([{ ...of(udp(53)), exceptPorts: [ofName] }]);
    expect(left(of(udp(53)), lookUps(name))).toEqual([{ ...of(udp(53)), exceptPorts: [name] }]);
    expect(left(of(udp(53), name), lookUps(udp(53)))).toEqual([of(udp(53), name)]);
    expect(left(of(tcp(53)), lookUps(name))).toEqual([of(tcp(53))]);
  });

  it("may be lifted for others than it is about", () => {
    const wide = rule([pods("db", "web")], [name, tcp(80)]);
    expect(left(wide, lookUps(udp(53)))).toEqual([
      { ...wide, exceptPorts: [udp(53)] },
      { ...wide, ports: [name], unknown: expect.stringContaining("requests limited to") },
    ]);
    const numbers = rule([pods("db", "web")], [udp(50, 60)]);
    expect(left(numbers, lookUps(name))).toEqual([
      { ...numbers, exceptPorts: [name] },
      { ...numbers, unknown: expect.stringContaining("requests limited to") },
    ]);
  });
});

describe("what must be authenticated", () => {
  const denied = rule([pods("db")], [tcp(80)], { action: "deny" });
  const asking = (unauthenticated: Rule): Policy => ({
    ...policy([plain, limit]),
    unauthenticated: { ingress: [], egress: [unauthenticated] },
  });

  it("is possibly denied, whatever is asked for, but where somebody asks for what is authenticated", () => {
    for (const view of ["every", { type: "serverName", name: "other.com" }] as const)
      expect(under(view, asking(denied)).at(-1)).toEqual({ ...denied, unknown: "authentication" });
    expect(under("every", asking({ ...denied, unknown: "why" })).at(-1)).toEqual({ ...denied, unknown: "why" });
    const texts = new Set(["authentication"]);
    expect(under({ type: "named", texts }, asking(denied)).at(-1)?.action).toBe("allow");
    expect(under({ type: "named", texts: new Set(["other"]) }, asking(denied)).at(-1)?.action).toBe("deny");
    expect(underRequests({ policies: [asking(denied)] }, "every").policies[0]).not.toHaveProperty("unauthenticated");
  });
});

describe("a rule beside a limit on names of servers", () => {
  it("loses the port, to the peers that both name", () => {
    expect(left(plain, limit)).toEqual([without443]);
    const more = { ...plain, peers: [pods("db"), pods("cache")] };
    expect(left(more, limit)).toEqual([{ ...more, peers: [pods("cache")] }, without443]);
    const written = { path: ["spec"], peers: [["a"], ["b"]], ports: [] };
    expect(left({ ...more, written }, limit)).toEqual([
      { ...more, peers: [pods("cache")], written: { path: ["spec"], peers: [["b"]], ports: [] } },
      { ...without443, written: { path: ["spec"], peers: [["a"]], ports: [] } },
    ]);
    expect(left({ ...plain, peers: "any" }, { ...limit, peers: "any" })).toEqual([{ ...without443, peers: "any" }]);
  });

  it("may still allow it where the two need not select the same pods", () => {
    for (const selects of ["web", "api"] as const) {
      const either = policy([plain]);
      const wide: Policy = { ...either, subject: { podSelector: app("web", "api") } };
      expect(under("every", wide, policy([limit], { selects }))).toEqual([
        without443,
        { ...plain, ports: [tcp(443)], unknown: expect.stringContaining("requests limited to") },
      ]);
    }
  });

  it("keeps all of it where the two need not select the same pods, and have no port in common", () => {
    const wide: Policy = { ...policy([plain]), subject: { podSelector: app("web", "api") } };
    const others: readonly Partial<Rule>[] = [{ ports: [tcp(8443)] }, { ports: [tcp(8443)], requests: dns }];
    for (const other of others) expect(under("every", wide, policy([{ ...limit, ...other }]))).toEqual([plain]);
  });

  it("keeps all of it under any other circumstance", () => {
    const cases: readonly (readonly [Rule, Rule, Parts?])[] = [
      [{ ...plain, action: "deny" }, limit],
      [{ ...plain, unknown: "where it is" }, limit],
      [plain, { ...limit, ports: "any" }],
      [plain, { ...limit, requests: http }],
      [plain, { ...limit, ports: [tcp(8443)] }],
      [{ ...plain, ports: "any" }, limit],
      [{ ...plain, peers: "any" }, limit],
      [plain, { ...limit, peers: "any" }],
      [plain, { ...limit, peers: [pods("cache")] }],
      [plain, limit, { applies: false }],
      [plain, limit, { selects: "api" }],
      [plain, limit, { namespace: "bank" }],
    ];
    for (const [own, other, parts] of cases) expect(left(own, other, parts)).toEqual([own]);
  });

  it("loses it to what another asks beside requests, too", () => {
    expect(left(plain, { ...limit, requests: listener })).toEqual([without443]);
  });

  it("loses the ports of each of several limits", () => {
    const second = { ...limit, ports: [tcp(80)] };
    expect(under("every", policy([plain]), policy([limit, second]))).toEqual([rule([pods("db")], [])]);
  });
});

describe("a rule beside a limit on look-ups", () => {
  const lookUps = rule([pods("dns")], [udp(53)], { requests: dns });
  const may = (own: Rule): Rule => ({
    ...own,
    ports: [udp(53)],
    unknown: expect.stringContaining("requests limited to") as string,
  });

  it("loses the port where it is within a range, or without ports", () => {
    const range = rule([pods("dns")], [udp(1, 100)]);
    expect(left(range, lookUps)).toEqual([{ ...range, exceptPorts: [udp(53)] }]);
    const all = rule([pods("dns")], "any", { exceptPorts: [tcp(1)] });
    expect(left(all, lookUps)).toEqual([{ ...all, exceptPorts: [tcp(1), udp(53)] }]);
    const twice = { ...range, exceptPorts: [udp(7)] };
    expect(left(twice, lookUps)).toEqual([{ ...range, exceptPorts: [udp(7), udp(53)] }]);
  });

  it("may still allow it to peers that the limit may not be about", () => {
    for (const peers of ["any", [pods("dns", "other")], [pods("dns"), pods("other")]] as const) {
      const own = rule(peers, [udp(1, 100)]);
      expect(left(own, lookUps)).toEqual([{ ...own, exceptPorts: [udp(53)] }, may(own)]);
    }
    const own = rule([pods("dns")], [udp(1, 100)]);
    expect(left(own, { ...lookUps, peers: "any" })).toEqual([{ ...own, exceptPorts: [udp(53)] }]);
  });

  it("keeps all of it where it has that very port, another protocol, or cannot be about the same peers", () => {
    const near: PodPeer = { ...pods("dns"), namespaceSelector: app("near") };
    const far: PodPeer = { ...pods("dns"), namespaceSelector: app("far") };
    const cases: readonly (readonly [Rule, Rule])[] = [
      [rule([pods("dns")], [udp(53)]), lookUps],
      [rule([pods("dns")], [udp(1, 100), udp(53)]), lookUps],
      [rule([pods("dns")], [tcp(1, 100)]), lookUps],
      [rule([pods("dns")], [udp(54, 100), udp(1, 52)]), lookUps],
      [
        rule([pods("dns")], "any"),
        { ...lookUps, ports: [{ type: "named", protocol: "UDP", name: "dns" }], requests: http },
      ],
      [rule([pods("web")], "any"), lookUps],
      [rule([near], "any"), { ...lookUps, peers: [far] }],
    ];
    for (const [own, other] of cases) expect(left(own, other)).toEqual([own]);
  });

  it("knows peers that are addresses apart by these, and from pods", () => {
    const networks = (cidr: string): Rule["peers"] => [
      { type: "networks", cidrs: [cidr], addresses: parseCidr(cidr)?.addresses ?? [] },
    ];
    const own = rule(networks("10.0.0.0/8"), "any");
    expect(left(own, { ...lookUps, peers: networks("192.168.0.0/16") })).toEqual([own]);
    const meeting = left(own, { ...lookUps, peers: networks("10.1.0.0/16") });
    expect(meeting).toEqual([{ ...own, exceptPorts: [udp(53)] }, may(own)]);
    expect(left(own, lookUps)).toEqual([own]);
    const names = { type: "domains", names: ["example.com"] } as const;
    expect(left(own, { ...lookUps, peers: [names] })).toEqual(meeting);
    expect(left({ ...own, peers: [names] }, { ...lookUps, peers: [names] })).toEqual([
      { ...own, peers: [names], exceptPorts: [udp(53)] },
    ]);
  });
});

import {
  type CalicoScenario,
  type KubeObject,
  arbitraryCalicoScenario,
  arbitraryCiliumScenario,
  arbitraryTieredScenario,
} from "@npa/fixtures";
import * as fc from "fast-check";
import { alike, parted } from "./alike-policies.ts";

type Spec = Readonly<Record<string, unknown>>;

const plain = arbitraryTieredScenario({ packets: 6, maxPolicies: 3, clusterPolicies: { oldForm: false } });
/** Clusters with policies of one of the kinds beside NetworkPolicies, many of which say the same again. */
export const repetitiveClusters: fc.Arbitrary<CalicoScenario> = fc
  .tuple(
    fc.oneof(
      plain,
      arbitraryCalicoScenario({ packets: 6, maxPolicies: 3 }),
      arbitraryCiliumScenario({ packets: 6, maxPolicies: 3, assumptions: true }),
    ),
    fc.nat(1_000_000),
    fc.array(fc.nat(7), { minLength: 8, maxLength: 8 }),
  )
  .map(([{ objects, assumptions, packets }, choices, likenesses]) => {
    // A stream of choices cannot be made smaller where the rest is.
    let state = choices;
    const next = (): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor(state / 65_536) % 6;
    };
    const { policies, rest } = parted(objects);
    return {
      packets,
      assumptions,
      objects: [
        ...alike(policies, likenesses),
        ...rest.flatMap((object) => (isOther(object) ? repeated(object, next) : [object])),
      ],
    };
  });

/** A policy of another kind than NetworkPolicy. */
function isOther({ apiVersion, kind }: KubeObject): boolean {
  return String(kind).endsWith("Policy") && apiVersion !== "networking.k8s.io/v1";
}

/** What is random seldom repeats: some rules are written twice, some policies have a twin, some blocks are in halves. */
function repeated(object: KubeObject, next: () => number): readonly KubeObject[] {
  const twice = (spec: Spec, key: string): Spec => {
    const rules = spec[key];
    return Array.isArray(rules) && next() > 1
      ? { [key]: [...rules, ...rules.map((rule) => (next() > 2 ? narrowed(rule as Spec) : rule))].map(halved) }
      : {};
  };
  const lists = ["ingress", "egress", "ingressDeny", "egressDeny"];
  const made = (spec: Spec): Spec => Object.assign({ ...spec }, ...lists.map((key) => twice(spec, key))) as Spec;
  const { spec, specs } = object as { readonly spec?: Spec; readonly specs?: readonly Spec[] };
  const own = {
    ...object,
    ...(spec === undefined ? {} : { spec: made(spec) }),
    ...(specs === undefined ? {} : { specs: specs.map(made) }),
  };
  const metadata = object["metadata"] as Spec;
  const named = (name: string, more: Partial<KubeObject>): KubeObject => ({
    ...own,
    ...more,
    metadata: { ...metadata, name: `${String(metadata["name"])}-${name}` },
  });
  return [
    own,
    ...(next() < 2 ? [named("twin", {})] : []),
    ...(next() < 2 && spec !== undefined
      ? [named("part", { spec: Object.fromEntries(Object.entries(spec).map(shortened)) })]
      : []),
  ];
}

/** What has several rules has the first of them alone. */
function shortened([key, value]: readonly [string, unknown]): readonly [string, unknown] {
  return [key, /^(?:in|e)gress/.test(key) && Array.isArray(value) ? value.slice(0, 1) : value];
}

/** A rule of Cilium with the first of its endpoints or entities alone. */
function narrowed(rule: Spec): Spec {
  const narrow = ([key, value]: readonly [string, unknown]): readonly [string, unknown] => [
    key,
    /^(?:from|to)(?:Endpoints|Entities)$/.test(key) && Array.isArray(value) ? value.slice(0, 1) : value,
  ];
  return Object.fromEntries(Object.entries(rule).map(narrow));
}

const isOfBlocks = /^(?:networks|nets|(?:from|to)CIDR)$/;

function halved(rule: unknown): Spec {
  return JSON.parse(
    JSON.stringify(rule, (key, value: unknown) =>
      isOfBlocks.test(key) && Array.isArray(value) ? value.flatMap(halves) : value,
    ),
  ) as Spec;
}

function halves(cidr: string): readonly string[] {
  if (cidr === "192.168.0.0/16") return ["192.168.0.0/17", "192.168.7.0/24", "192.168.128.0/17"];
  const [, start, last, prefix] = /^(\d+\.\d+\.\d+\.)(\d+)\/(\d+)$/.exec(cidr) ?? [];
  if (start === undefined || prefix !== "24") return [cidr];
  return [`${start}0/25`, `${start}128/25`, `${start}${last}/32`];
}

import { beforeCilium } from "../../model/assumptions.ts";
import { noNodeLabels } from "../../semantics/identity-filter.ts";
import { pushAll } from "../../lib/push-all.ts";
import type { Direction } from "../../model/policy.ts";
import { type AddressSet, parseCidr, singleAddresses } from "../../sets/address-set.ts";
import { difference, isSubset, unionAll } from "../../sets/interval-set.ts";
import type { PathStep } from "../../source/position.ts";
import { forEachItem, listField, mappingField, textField, textListField } from "../fields.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import { quote } from "../quote.ts";
import type { RawMapping } from "../raw-object.ts";
import { isList } from "../raw-object.ts";
import { checkFields } from "../unknown-fields.ts";
import type { CiliumPeer, PlacedPeer } from "./cilium-draft.ts";
import { isPositive } from "./labelled-objects.ts";
import { readName } from "./cilium-requests.ts";
import { readEndpointSelector, readGroupSelector, readNodeSelector } from "./endpoint-selector.ts";
import { readServiceSelector } from "./service-selector.ts";

/** "Entities: all, world, cluster, host, init, ingress, unmanaged, remote-node, health, none, kube-apiserver." */
const entities = new Set(
  "all world cluster host init ingress unmanaged remote-node health none kube-apiserver cluster-mesh".split(" "),
);
/** An empty list of these is as if it was not there. */
const absentWhenEmpty = new Set(["toFQDNs", "toServices", "toGroups"]);

function sectionsOf(direction: Direction): readonly string[] {
  const to = direction === "ingress" ? "from" : "to";
  const names = ["Endpoints", "CIDR", "CIDRSet", "Entities", "Nodes", "Groups"].map((name) => `${to}${name}`);
  return direction === "ingress" ? names : [...names, "toServices", "toFQDNs"];
}

/** Whom an entry speaks of: `any` where it has no section of peers. */
export function readCiliumPeers(
  at: ObjectCursor,
  entry: RawMapping,
  direction: Direction,
  namespace: string | undefined,
): readonly PlacedPeer[] | "any" {
  const sections = sectionsOf(direction).filter((name) => {
    const value = entry[name];
    return isList(value) && !(absentWhenEmpty.has(name) && value.length === 0);
  });
  const filled = sections.filter((name) => listField(at, entry, name).length > 0);
  if (filled.length > 1)
    at.refuseByAgent(
      "invalid-policy",
      [filled[1] ?? ""],
      `the agent refuses ${filled.join(" beside ")} in one entry: write an entry for each`,
    );
  if (sections.length === 0) return "any";
  const empty = sections.filter((name) => !filled.includes(name));
  for (const name of empty)
    at.warn(
      "matches-nothing",
      [name],
      `an empty ${name} matches nobody, and so does the entry${filled.length === 0 ? ": leave it out to mean everybody" : `, whatever its ${filled.join(" and ")} says: leave it out`}`,
    );
  if (empty.length > 0) return [];
  return sections.flatMap((name) => readSection(at, entry, name, namespace));
}

function readSection(
  at: ObjectCursor,
  entry: RawMapping,
  name: string,
  namespace: string | undefined,
): readonly PlacedPeer[] {
  const peers: PlacedPeer[] = [];
  const placed = (peer: CiliumPeer, ...steps: readonly PathStep[]): PlacedPeer => ({
    peer,
    path: [...at.here, ...steps],
  });
  switch (name.replace(/^(?:from|to)/, "")) {
    case "Endpoints":
      forEachItem(at, entry, name, (raw) =>
        peers.push(placed({ type: "endpoints", selector: readEndpointSelector(at, raw, namespace, false) })),
      );
      return peers;
    case "Entities":
      return textListField(at, entry, name).map((entity, index) =>
        placed(readEntity(at, [name, index], entity), name, index),
      );
    case "CIDR":
      return textListField(at, entry, name).flatMap((text, index) => {
        const addresses = cidr(at, [name, index], text, false);
        return addresses === undefined ? [] : [placed({ type: "cidr", text, addresses }, name, index)];
      });
    case "CIDRSet":
      forEachItem(at, entry, name, (raw) =>
        pushAll(
          peers,
          readCidrSet(at, raw).map((peer) => placed(peer)),
        ),
      );
      return peers;
    case "Services":
      forEachItem(at, entry, name, (raw) => peers.push(placed(readService(at, raw))));
      return peers;
    case "FQDNs": {
      const names: string[] = [];
      forEachItem(at, entry, name, (raw) => {
        const { name, pattern } = readName(at, raw);
        const text = name ?? pattern;
        if (text !== undefined) names.push(text);
      });
      return [placed({ type: "names", names }, name)];
    }
    case "Nodes":
      at.refuseIf(
        [{ ciliumNodeLabels: noNodeLabels }],
        [name],
        `the agent refuses ${name} without enable-node-selector-labels, which is off`,
      );
      forEachItem(at, entry, name, (raw) => peers.push(placed({ type: "nodes", selector: readNodeSelector(at, raw) })));
      return peers;
    default:
      return [placed({ type: "unknown", what: "addresses of a cloud provider's groups" }, name)];
  }
}

function readEntity(at: ObjectCursor, steps: readonly (string | number)[], entity: string): CiliumPeer {
  if (!entities.has(entity))
    at.refuse(
      "invalid-policy",
      steps,
      `the CRD refuses the entity ${quote(entity)}: write one of ${[...entities].join(", ")}`,
    );
  if (entity === "cluster-mesh")
    at.refuseIf(beforeCilium("1.20"), steps, "the CRD refuses the entity cluster-mesh: it is there since Cilium 1.20");
  return { type: "entity", entity };
}

/** A block, or in `CIDR` a single address. The CRD demands a prefix in sets. */
function cidr(
  at: ObjectCursor,
  steps: readonly (string | number)[],
  text: string,
  needsPrefix: boolean,
): AddressSet | undefined {
  const whole = text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`;
  const parsed = parseCidr(whole);
  if (parsed === undefined || (needsPrefix && whole !== text)) {
    at.refuse("invalid-policy", steps, `the CRD refuses ${quote(text)}: write a block such as 10.0.0.0/8`);
    return undefined;
  }
  return parsed.mapped ? undefined : parsed.addresses;
}

function readCidrSet(at: ObjectCursor, raw: RawMapping): readonly CiliumPeer[] {
  checkFields(at, raw, { known: setFields });
  const [text, group, labels] = [
    textField(at, raw, "cidr"),
    textField(at, raw, "cidrGroupRef"),
    mappingField(at, raw, "cidrGroupSelector"),
  ];
  const given = [text, group, labels].filter((each) => each !== undefined && each !== "").length;
  if (given !== 1)
    at.refuse(
      "invalid-policy",
      [],
      "the CRD refuses a set with more or less than one of cidr, cidrGroupRef and cidrGroupSelector",
    );
  const except = unionAll(
    textListField(at, raw, "except").flatMap((each, index) => cidr(at, ["except", index], each, true) ?? []).length ===
      0
      ? []
      : textListField(at, raw, "except").flatMap((each) => {
          const addresses = parseCidr(each)?.addresses;
          return addresses === undefined ? [] : [addresses];
        }),
  );
  if (group !== undefined && group !== "") {
    if (listField(at, raw, "except").length > 0)
      at.refuseIf(
        beforeCilium("1.17"),
        ["except"],
        "the agent refuses except beside cidrGroupRef: they may be combined since Cilium 1.17",
      );
    return [{ type: "cidrGroup", name: group, except }];
  }
  if (labels !== undefined) {
    at.refuseIf(
      beforeCilium("1.17"),
      ["cidrGroupSelector"],
      "the CRD refuses cidrGroupSelector: it is there since Cilium 1.17",
    );
    at.enter("cidrGroupSelector");
    const selector = readGroupSelector(at, labels);
    at.leave();
    if (!selector.requirements.some(isPositive))
      at.warn(
        "suspicious-value",
        ["cidrGroupSelector"],
        "a cidrGroupSelector that asks for no label matches addresses that are in no CiliumCIDRGroup, too: ask for one with In or Exists",
      );
    return [{ type: "cidrGroup", labels: selector, except }];
  }
  const addresses = text === undefined ? undefined : cidr(at, ["cidr"], text, true);
  if (text === undefined || addresses === undefined) return [];
  for (const [index, each] of textListField(at, raw, "except").entries()) {
    const left = parseCidr(each);
    if (left === undefined || isSubset(left.addresses, addresses)) continue;
    // Before, it is asked only whether the block has the address of the other, however wide that is: then nothing is left.
    const first = singleAddresses([each.slice(0, each.indexOf("/"))]);
    const until = first.length > 0 && isSubset(first, addresses) ? "1.19" : undefined;
    at.refuseByAgent(
      "invalid-policy",
      ["except", index],
      `${until === undefined ? "" : "since Cilium 1.20 "}the agent refuses except ${quote(each)}, which is not inside of ${quote(text)}`,
      until,
    );
  }
  return [{ type: "cidr", text, addresses: difference(addresses, except) }];
}

const setFields: ReadonlySet<string> = new Set(["cidr", "cidrGroupRef", "cidrGroupSelector", "except"]);
const serviceFields: ReadonlySet<string> = new Set(["k8sService", "k8sServiceSelector"]);

function readService(at: ObjectCursor, raw: RawMapping): CiliumPeer {
  checkFields(at, raw, { known: serviceFields });
  const selected = mappingField(at, raw, "k8sServiceSelector");
  const selector = selected === undefined ? undefined : mappingField(at, selected, "selector");
  if (selected === undefined || selector === undefined) {
    if (selected !== undefined)
      at.refuse("missing-field", ["k8sServiceSelector"], "the CRD refuses k8sServiceSelector without selector");
    // Where neither is there, no Service is meant.
    const named = mappingField(at, raw, "k8sService");
    if (named === undefined) return { type: "service" };
    const name = textField(at, named, "serviceName") ?? "";
    const namespace = textField(at, named, "namespace");
    return { type: "service", name, ...(namespace === undefined || namespace === "" ? {} : { namespace }) };
  }
  const namespace = textField(at, selected, "namespace");
  at.enter("k8sServiceSelector");
  at.enter("selector");
  const labels = readServiceSelector(at, selector);
  at.leave();
  at.leave();
  return { type: "service", labels, ...(namespace === undefined || namespace === "" ? {} : { namespace }) };
}

import type { EntityRule, PortEntry, ReadSelector, SelectorTree } from "../../model/calico.ts";
import { parseSelector } from "../../semantics/calico/parse-selector.ts";
import { SelectorError } from "../../semantics/calico/selector-tokens.ts";
import type { AddressSet } from "../../sets/address-set.ts";
import { unionAll } from "../../sets/interval-set.ts";
import { listField, mappingField, textField, textListField, wrongType } from "../fields.ts";
import { readCidr } from "../ip-block.ts";
import { isPortName } from "../../semantics/names.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import { quote } from "../quote.ts";
import type { RawMapping } from "../raw-object.ts";
import { emptyMapping } from "../raw-object.ts";
import { checkFields } from "../unknown-fields.ts";

const entityFields = new Set(
  "nets notNets selector notSelector namespaceSelector ports notPorts serviceAccounts services domains".split(" "),
);
const nothing: SelectorTree = { type: "not", of: { type: "all" } };
/** Calico's validator takes no more. */
const mostPorts = 50;
const mostNets = 256;

/** A selector field; undefined where it is absent or empty, which means no restriction. */
export function readCalicoSelector(at: ObjectCursor, map: RawMapping, field: string): ReadSelector | undefined {
  const text = textField(at, map, field);
  if (text === undefined || text === "") return undefined;
  try {
    const tree = parseSelector(text);
    return { text, tree: text.includes("global(") ? ofGlobal(at, tree, field) : tree };
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    at.refuse(
      "invalid-policy",
      [field],
      `${quote(text)} is no selector, at character ${error.column}: ${error.message}`,
    );
    // A stored one that cannot be read matches nothing.
    return { text, tree: nothing };
  }
}

/** "global() can only be used in an EntityRule namespaceSelector" and "cannot be combined with other selectors". */
function ofGlobal(at: ObjectCursor, tree: SelectorTree, field: string): SelectorTree {
  const { here } = at;
  const isOfRule = here.includes("source") || here.includes("destination");
  if (field === "namespaceSelector" && isOfRule) {
    if (tree.type !== "global")
      at.refuse("invalid-policy", [field], "global() must stand alone in a namespaceSelector");
    return tree;
  }
  // Where nobody asks for it, it is not refused, and true of everything.
  if (field === "notSelector" || here.at(-1) === "serviceAccounts") return withoutGlobal(tree);
  at.refuse("invalid-policy", [field], "global() may only stand in a namespaceSelector of a rule");
  return tree;
}

function withoutGlobal(tree: SelectorTree): SelectorTree {
  switch (tree.type) {
    case "global":
      return { type: "all" };
    case "not":
      return { type: "not", of: withoutGlobal(tree.of) };
    case "and":
    case "or":
      return { type: tree.type, of: tree.of.map(withoutGlobal) };
    default:
      return tree;
  }
}

/** `source` or `destination` of a rule. */
export function readEntity(at: ObjectCursor, rule: RawMapping, field: "source" | "destination"): EntityRule {
  const raw = mappingField(at, rule, field) ?? emptyMapping;
  at.enter(field);
  checkFields(at, raw, { known: entityFields });
  const nets = readNets(at, raw, "nets");
  const notNets = readNets(at, raw, "notNets");
  const serviceAccounts = readServiceAccounts(at, raw);
  const services = readServices(at, raw);
  const domains = readDomains(at, raw);
  const entity: EntityRule = {
    ...present("selector", readCalicoSelector(at, raw, "selector")),
    ...present("notSelector", readCalicoSelector(at, raw, "notSelector")),
    ...present("namespaceSelector", readCalicoSelector(at, raw, "namespaceSelector")),
    ...(nets === undefined ? {} : { nets: nets.addresses }),
    ...(notNets === undefined ? {} : { notNets: notNets.addresses }),
    families: [...(nets?.families ?? []), ...(notNets?.families ?? [])],
    netTexts: [...textListField(at, raw, "nets"), ...textListField(at, raw, "notNets").map((text) => `not ${text}`)],
    ports: readPorts(at, raw, "ports"),
    notPorts: readPorts(at, raw, "notPorts"),
    ...(serviceAccounts === undefined ? {} : { serviceAccounts }),
    ...(services === undefined ? {} : { services }),
    ...(domains.length === 0 ? {} : { domains }),
  };
  checkServices(at, field, entity);
  at.leave();
  return entity;
}

function present<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T }; // a computed key widens to string
}

interface ReadNets {
  readonly addresses: AddressSet;
  readonly families: readonly number[];
}

function readNets(at: ObjectCursor, raw: RawMapping, field: "nets" | "notNets"): ReadNets | undefined {
  const texts = textListField(at, raw, field);
  if (texts.length === 0) return undefined;
  if (texts.length > mostNets)
    at.refuse("invalid-policy", [field], `${texts.length} blocks: a rule has at most ${mostNets}`);
  const parsed = texts.flatMap((text, index) => {
    const block = readCidr(at, [field, index], text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`);
    if (block !== undefined && field === "notNets" && block.prefix === 0)
      at.refuse(
        "invalid-policy",
        [field, index],
        `${quote(text)} leaves nothing: a rule that never matches is refused`,
      );
    return block === undefined || block.mapped ? [] : [block];
  });
  return {
    addresses: unionAll(parsed.map(({ addresses }) => addresses)),
    families: parsed.map(({ family }) => family),
  };
}

function readPorts(at: ObjectCursor, raw: RawMapping, field: "ports" | "notPorts"): readonly PortEntry[] {
  const items = listField(at, raw, field);
  if (items.length > mostPorts)
    at.refuse("invalid-policy", [field], `${items.length} ports: a rule has at most ${mostPorts}`);
  return items.flatMap((item, index): readonly PortEntry[] => {
    const steps = [field, index] as const;
    if (typeof item === "number") return port(at, steps, item, item);
    if (typeof item !== "string")
      return wrongType(at, steps, 'a number, a range such as "8000:9000" or a name', item) ?? [];
    const range = /^(\d+)(?::(\d+))?$/.exec(item);
    if (range !== null) return port(at, steps, Number(range[1]), Number(range[2] ?? range[1]));
    if (isPortName(item)) return [{ name: item }];
    at.refuse(
      "invalid-policy",
      steps,
      `${quote(item)} is no port: write a number, a range such as "8000:9000" or the name of a port`,
    );
    return [];
  });
}

function port(at: ObjectCursor, steps: readonly (string | number)[], from: number, to: number): readonly PortEntry[] {
  if (from >= 1 && to <= 65_535 && from <= to && Number.isInteger(from)) return [{ from, to }];
  at.refuse(
    "invalid-policy",
    steps,
    `${from === to ? from : `${from}:${to}`} is no port or range: write 1 to 65535, the lower first`,
  );
  return [];
}

function readServiceAccounts(at: ObjectCursor, raw: RawMapping): EntityRule["serviceAccounts"] {
  const accounts = mappingField(at, raw, "serviceAccounts");
  if (accounts === undefined) return undefined;
  at.enter("serviceAccounts");
  checkFields(at, accounts, { known: new Set(["names", "selector"]) });
  const names = textListField(at, accounts, "names");
  const selector = readCalicoSelector(at, accounts, "selector");
  at.leave();
  if (names.length === 0 && selector === undefined) return undefined;
  return { names, ...(selector === undefined ? {} : { selector }) };
}

/** Open-source Calico has no such field. */
function readDomains(at: ObjectCursor, raw: RawMapping): readonly string[] {
  const domains = textListField(at, raw, "domains");
  if (domains.length > 0)
    at.warn(
      "suspicious-value",
      ["domains"],
      "domains is a field of Calico Enterprise and Calico Cloud: other versions drop it, and then the rule is about every destination",
    );
  return domains;
}

function readServices(at: ObjectCursor, raw: RawMapping): EntityRule["services"] {
  const services = mappingField(at, raw, "services");
  if (services === undefined) return undefined;
  at.enter("services");
  checkFields(at, services, { known: new Set(["name", "namespace"]) });
  const name = textField(at, services, "name") ?? "";
  const namespace = textField(at, services, "namespace");
  if (name === "") at.refuse("missing-field", ["name"], "services needs the name of a Service");
  at.leave();
  return name === "" ? undefined : { name, ...(namespace === undefined || namespace === "" ? {} : { namespace }) };
}

/** "Services cannot be specified with any other match": but an ingress source may have ports at the other end. */
function checkServices(at: ObjectCursor, field: "source" | "destination", entity: EntityRule): void {
  if (entity.services === undefined) return;
  const { selector, notSelector, namespaceSelector, nets, notNets, ports, notPorts, serviceAccounts } = entity;
  const beside = [selector, notSelector, namespaceSelector, nets, notNets, serviceAccounts].some(
    (each) => each !== undefined,
  );
  const hasPorts = field === "destination" && ports.length + notPorts.length > 0;
  if (beside || hasPorts)
    at.refuse("invalid-policy", ["services"], "services stands beside other conditions: it must be the only one");
}

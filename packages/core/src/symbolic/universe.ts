import type { Protocol } from "../model/policy.ts";
import type { Labels, Selector } from "../model/selector.ts";
import { everyPodHas, everySubjectHas, namespaceNameLabel } from "../semantics/label-syntax.ts";
import { isLabelValue } from "../semantics/names.ts";
import { type TextTest, textTestOf } from "../semantics/text-test.ts";
import type { AddressSet } from "../sets/address-set.ts";
import type { Address } from "../sets/address.ts";
import { union } from "../sets/interval-set.ts";
import { addressAtoms } from "./address-atoms.ts";
import { type Box, type Dimension, type Elements, first, type Point, project } from "./box.ts";
import { allPackets } from "./packet.ts";
import { labelSyntax, namespaceNameSyntax, TextAtoms } from "./text-atoms.ts";

/** Whose labels: those of the pod a policy applies to, of its namespace, of the other pod, or of that one's namespace. */
export type LabelRole = "subject" | "subjectNamespace" | "peer" | "peerNamespace";

/**
 * The value of one label key. Element 0: the key is absent; 1: a value that no selector mentions; from 2 on the
 * mentioned values in the order they were met. A value met later was "other" until then, and every set that
 * held "other" holds it, because such sets are open at the end.
 */
export interface LabelDimension extends Dimension {
  readonly type: "label";
  readonly role: LabelRole;
  readonly key: string;
  /** The mentioned values, by element. */
  readonly named: ReadonlyMap<number, string>;
  /** Where selectors ask for parts of values: what tells these apart. Element 1 is none then. */
  readonly atoms?: TextAtoms;
}

/** Element 1: the destination declares the packet's port under this name and protocol; 0: it does not. */
export interface NamedPortDimension extends Dimension {
  readonly type: "namedPort";
  readonly name: string;
  readonly protocol: Protocol;
}

interface MutableLabelDimension extends LabelDimension {
  readonly named: Map<number, string>;
  readonly elements: Map<string, number>;
}

/** What selectors ask of parts of values, by the key of the label. */
export type TextTests = ReadonlyMap<string, readonly TextTest[]>;

const noTests: TextTests = new Map();

/** All that selectors ask of parts of values. */
export function textTestsOf(selectors: readonly Selector[]): TextTests {
  if (!selectors.some(({ requirements }) => requirements.some((each) => textTestOf(each) !== undefined)))
    return noTests;
  const tests = new Map<string, Map<string, TextTest>>();
  for (const { requirements } of selectors)
    for (const requirement of requirements) {
      const asked = textTestOf(requirement);
      if (asked === undefined) continue;
      const known = tests.get(requirement.key) ?? new Map<string, TextTest>();
      tests.set(requirement.key, known.set(`${asked.test.at} ${asked.test.text}`, asked.test));
    }
  return new Map([...tests].map(([key, known]) => [key, [...known.values()]]));
}

const absent = 0;
const other = 1;
const firstValue = 2;
const end = 2 ** 31;
const absentOnly: Elements = [absent, other];
const anyPresent: Elements = [other, end];
const dnsLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The dimensions of one question, numbered, and the values met in them. Boxes of different universes do not mix. */
export class Universe {
  readonly #labels: Readonly<Record<LabelRole, Map<string, MutableLabelDimension>>> = {
    subject: new Map(),
    subjectNamespace: new Map(),
    peer: new Map(),
    peerNamespace: new Map(),
  };
  readonly #namedPorts = new Map<string, NamedPortDimension>();
  readonly #requestTexts = new Map<string, number>();
  #requests: Dimension | undefined;
  #apiServer: Dimension | undefined;
  readonly #byId: Dimension[] = [];
  readonly #boundaries: readonly Address[];
  readonly #atoms: ReadonlyMap<Address, number>;
  readonly #texts: TextTests;
  /** Protocol and port, or other traffic. */
  readonly packet: Dimension;
  /**
   * Element 0: the peer is a pod; 1: it is an address. A box that constrains one kind's dimensions names the kind. Where
   * namespaces of subjects are free, 2 is a pod in the namespace of the subject, and 0 one in another namespace.
   */
  readonly peerKind: Dimension;
  /** The address atoms: addresses that no ipBlock of this universe tells apart. */
  readonly address: Dimension;

  /**
   * `addresses` are all address sets that will ever be asked about: their boundaries make the atoms. `subjects`: whether
   * the namespace of the subject is known, or free like that of the peer. `texts`: all that will ever be asked of parts of
   * values.
   */
  constructor(
    addresses: Iterable<AddressSet> = [],
    subjects: "of one namespace" | "of any namespace" = "of one namespace",
    texts: TextTests = new Map(),
  ) {
    this.#texts = texts;
    const sets = [...addresses];
    const { boundaries, atoms, everywhere } = addressAtoms(sets);
    this.#boundaries = boundaries;
    this.#atoms = atoms;
    this.packet = this.#register({ id: 0, all: allPackets });
    this.peerKind = this.#register({ id: 1, all: subjects === "of one namespace" ? [0, 2] : [0, 3] });
    this.address = this.#register({ id: 2, all: this.addressElements(everywhere) });
  }

  #register<D extends Dimension>(dimension: D): D {
    this.#byId.push(dimension);
    return dimension;
  }

  /** The dimension of a label key. */
  label(role: LabelRole, key: string): LabelDimension {
    return this.#label(role, key);
  }

  #label(role: LabelRole, key: string): MutableLabelDimension {
    let dimension = this.#labels[role].get(key);
    if (dimension === undefined) {
      // "The control plane sets the label kubernetes.io/metadata.name on all namespaces": it is never absent.
      const isName = isNameOf(role, key);
      const hasEvery = (role === "peer" && everyPodHas(key)) || (role === "subject" && everySubjectHas(key));
      const tests = this.#texts.get(key);
      const atoms = tests && TextAtoms.of(tests, isName ? namespaceNameSyntax : labelSyntax);
      const present = atoms?.all ?? anyPresent;
      dimension = this.#register<MutableLabelDimension>({
        type: "label",
        id: this.#byId.length,
        all: isName || hasEvery ? present : union(absentOnly, present),
        role,
        key,
        named: new Map(),
        elements: new Map(),
        ...(atoms === undefined ? {} : { atoms }),
      });
      this.#labels[role].set(key, dimension);
    }
    return dimension;
  }

  /** The dimension of a named port. */
  namedPort(name: string, protocol: Protocol): NamedPortDimension {
    const key = `${protocol}/${name}`;
    let dimension = this.#namedPorts.get(key);
    if (dimension === undefined) {
      dimension = this.#register<NamedPortDimension>({
        type: "namedPort",
        id: this.#byId.length,
        all: [0, 2],
        name,
        protocol,
      });
      this.#namedPorts.set(key, dimension);
    }
    return dimension;
  }

  /** The elements for these values of a key. A value that no object can carry is left out. */
  values(role: LabelRole, key: string, values: readonly string[]): Elements {
    const dimension = this.#label(role, key);
    const isPossible = isNameOf(role, key) ? isNamespaceName : isLabelValue;
    const elements: number[] = [];
    for (const value of values) {
      if (!isPossible(value)) continue;
      let element = dimension.elements.get(value);
      if (element === undefined) {
        element = dimension.atoms === undefined ? firstValue + dimension.named.size : dimension.atoms.add(value);
        if (element === undefined) continue;
        dimension.named.set(element, value);
        dimension.elements.set(value, element);
      }
      elements.push(element);
    }
    return elementSet(elements);
  }

  /** The elements for the values of a key that have a part. */
  valuesWith(role: LabelRole, key: string, test: TextTest): Elements {
    const { atoms } = this.#label(role, key);
    if (atoms === undefined) throw new RangeError("a part of a value that this universe was not made for");
    return atoms.passing(test);
  }

  /** Whether what is asked of parts of a key's values is too much to tell them apart. */
  isTooMuch(role: LabelRole, key: string): boolean {
    return this.#texts.has(key) && this.#label(role, key).atoms === undefined;
  }

  /** The requests that policies name, text by text; undefined as long as none was asked for. Element 0: one that none names. */
  get requests(): Dimension | undefined {
    return this.#requests;
  }

  /** The elements for requests, each as it is written. */
  requestElements(texts: readonly string[]): Elements {
    this.#requests ??= this.#register({ id: this.#byId.length, all: [0, end] });
    for (const text of texts)
      if (!this.#requestTexts.has(text)) this.#requestTexts.set(text, 1 + this.#requestTexts.size);
    return elementSet(texts.map((text) => this.#requestTexts.get(text) ?? 0));
  }

  /** Whether the address outside is that of the API server: 1 where it is; undefined as long as nobody asked. */
  get apiServer(): Dimension | undefined {
    return this.#apiServer;
  }

  /** What is the API server. */
  apiServerBox(): Box {
    const dimension = (this.#apiServer ??= this.#register({ id: this.#byId.length, all: [0, 2] }));
    return [{ dimension, within: [1, 2] }];
  }

  /** The elements for an address set that was given to the constructor. */
  addressElements(addresses: AddressSet): Elements {
    return addresses.map((boundary) => {
      const atom = this.#atoms.get(boundary);
      if (atom === undefined) throw new RangeError("an address set that this universe was not made for");
      return atom;
    });
  }

  /** An address of an atom. */
  addressAt(atom: number): Address {
    return this.#boundaries[atom] as Address;
  }

  /** The label dimensions that a point or box mentions, by id. */
  labelDimension(id: number): LabelDimension | undefined {
    const dimension = this.#byId[id];
    return dimension !== undefined && "role" in dimension ? (dimension as LabelDimension) : undefined;
  }

  /** The named ports whose boolean is true at a point. */
  namedPortsAt(point: Point): NamedPortDimension[] {
    return [...this.#namedPorts.values()].filter(({ id }) => point.get(id) === 1);
  }

  /** The labels that a point gives to the pod or namespace of a role. A value nobody mentions gets a fresh one. */
  labelsAt(point: Point, role: LabelRole): Labels {
    const labels = new Map<string, string>();
    for (const [id, element] of point) {
      const dimension = this.labelDimension(id);
      if (dimension?.role !== role || element === absent) continue;
      labels.set(dimension.key, this.#valueAt(role, dimension.key, element));
    }
    const name = this.#labels[role].get(namespaceNameLabel);
    if (role === "peerNamespace" && !labels.has(namespaceNameLabel))
      labels.set(namespaceNameLabel, name === undefined ? "other" : freshValue(name, first(name.all)));
    return Object.fromEntries([...labels].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  }

  #valueAt(role: LabelRole, key: string, element: number): string {
    const dimension = this.#label(role, key);
    return dimension.named.get(element) ?? freshValue(dimension, element);
  }

  /** The terms of a box that speak of one role's labels. */
  ofRole(box: Box, role: LabelRole): Box {
    return project(box, ({ id }) => this.labelDimension(id)?.role === role);
  }
}

function isNameOf(role: LabelRole, key: string): boolean {
  return role.endsWith("Namespace") && key === namespaceNameLabel;
}

/** A value, valid for pods and namespace names, that no selector of the universe mentions. */
function freshValue({ elements, atoms }: MutableLabelDimension, element: number): string {
  if (atoms !== undefined) return atoms.fresh(element, (value) => elements.has(value));
  let value = "other";
  for (let i = 2; elements.has(value); i++) value = `other-${i}`;
  return value;
}

/** Whether a namespace can have this name. */
export function isNamespaceName(text: string): boolean {
  return dnsLabel.test(text);
}

function elementSet(elements: number[]): Elements {
  elements.sort((a, b) => a - b);
  const bounds: number[] = [];
  for (const element of elements) {
    const last = bounds.length - 1;
    if (last >= 0 && (bounds[last] as number) >= element) bounds[last] = element + 1;
    else bounds.push(element, element + 1);
  }
  return bounds;
}

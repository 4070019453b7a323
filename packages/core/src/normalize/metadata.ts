import type { Labels } from "../model/selector.ts";
import { mappingField, textField } from "./fields.ts";
import { isDnsLabel, isDnsSubdomain } from "../semantics/names.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import { checkPolicyMetadata } from "./policy-metadata.ts";
import { quote } from "./quote.ts";
import type { RawMapping } from "./raw-object.ts";
import { emptyMapping } from "./raw-object.ts";
import { readAnnotations, readLabels } from "./string-map.ts";

/** What every object says of itself. */
export interface Metadata {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly raw: RawMapping;
}

/** The same of an object that lives in a namespace. */
export interface NamespacedMetadata extends Metadata {
  readonly namespace: string;
}

/** How the name of a kind is written. */
export type NameSyntax = "label" | "subdomain" | "calico" | "calico-tier" | "calico-policy";

/** The metadata of an object outside namespaces; undefined, and reported, when it has no name. */
export function readMetadata(at: ObjectCursor, syntax: NameSyntax): Metadata | undefined {
  const raw = mappingField(at, at.object.value, "metadata") ?? emptyMapping;
  at.enter("metadata");
  const name = readName(at, raw, syntax);
  if (name !== undefined) at.ref = { ...at.ref, name };
  const metadata = name === undefined ? undefined : withLabels(at, raw, name, "");
  at.leave();
  return metadata;
}

/** The metadata of an object in a namespace; one that names no namespace is in the default one. */
export function readNamespacedMetadata(
  at: ObjectCursor,
  syntax: NameSyntax,
  defaultNamespace: string,
): NamespacedMetadata | undefined {
  const raw = mappingField(at, at.object.value, "metadata") ?? emptyMapping;
  at.enter("metadata");
  // "An empty namespace is equivalent to the default namespace"
  const written = textField(at, raw, "namespace");
  const namespace = written === undefined || written === "" ? defaultNamespace : cut(written);
  const name = readName(at, raw, syntax);
  if (name !== undefined) at.ref = { apiVersion: at.ref.apiVersion, kind: at.ref.kind, namespace, name };
  if (!at.live && written !== undefined && written !== "" && !isDnsLabel(written)) {
    at.refuse("invalid-name", ["namespace"], `${quote(written)} cannot be the name of a namespace: ${labelSyntax}`);
  }
  const metadata = name === undefined ? undefined : withLabels(at, raw, name, namespace);
  at.leave();
  return metadata;
}

function withLabels(at: ObjectCursor, raw: RawMapping, name: string, namespace: string): NamespacedMetadata {
  const labels = readLabels(at, raw, "labels");
  if (at.isPolicy && !at.live) checkPolicyMetadata(at, raw);
  return { name, namespace, labels, annotations: readAnnotations(at, raw, "annotations"), raw };
}

const labelSyntax = "write lower case letters, digits and '-', at most 63, a letter or digit first and last";
const subdomainSyntax = "write lower case letters, digits, '-' and '.', at most 253, a letter or digit first and last";
const policySyntax = "write lower case letters, digits and '-', with one '.' at most: what is before it is the tier";

/**
 * What is stored in etcd may have capitals where Calico's own kinds are concerned. "Tiers must have simple (no dot) names"; a
 * policy has "a simple label or a single dot", and more dots only where a NetworkPolicy of Kubernetes has given the name.
 */
const isName: Readonly<Record<NameSyntax, (name: string) => boolean>> = {
  label: isDnsLabel,
  subdomain: isDnsSubdomain,
  calico: (name) => isDnsSubdomain(name.toLowerCase()),
  "calico-tier": (name) => isDnsLabel(name.toLowerCase()),
  "calico-policy": (name) =>
    isDnsSubdomain(name.toLowerCase()) && (name.split(".").length <= 2 || /^(?:knp|ossg)\.default\./.test(name)),
};

const nameSyntaxes: Readonly<Record<NameSyntax, string>> = {
  label: labelSyntax,
  subdomain: subdomainSyntax,
  calico: subdomainSyntax,
  "calico-tier": labelSyntax,
  "calico-policy": policySyntax,
};

function readName(at: ObjectCursor, raw: RawMapping, syntax: NameSyntax): string | undefined {
  const name = textField(at, raw, "name");
  if (name === undefined || name === "") return generatedName(at, raw);
  if (!at.live && !isName[syntax](name)) {
    const how = nameSyntaxes[syntax];
    at.refuse("invalid-name", ["name"], `${quote(name)} cannot be the name of a ${at.ref.kind}: ${how}`);
  }
  return cut(name);
}

/** So long may the name of an object be. */
const longestName = 253;

/** A name that is refused for its length is only told of, again and again: a manifest's author may have given it any length. */
function cut(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}

/** `kubectl create` completes `generateName` with letters of its own; here it stands for the name. */
function generatedName(at: ObjectCursor, raw: RawMapping): string | undefined {
  const prefix = textField(at, raw, "generateName");
  // The server checks the prefix as if the first generated letter stood behind it.
  if (prefix !== undefined && isDnsSubdomain(`${prefix}x`)) return prefix;
  if (raw["name"] === undefined || raw["name"] === null || raw["name"] === "") {
    at.refuse("missing-field", ["name"], `a ${at.ref.kind} needs a name: write metadata.name`);
  }
  return undefined;
}

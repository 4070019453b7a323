import type { ContainerPort } from "../model/cluster.ts";
import type { Labels } from "../model/selector.ts";
import { readContainerPorts } from "./container-ports.ts";
import { booleanField, listField, mappingField, textField } from "./fields.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import type { RawMapping } from "./raw-object.ts";
import { emptyMapping, isMapping } from "./raw-object.ts";
import { readAnnotations, readLabels } from "./string-map.ts";

/** What is known of a pod, or of all pods that a template makes. */
export interface PodTemplate {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly ports: readonly ContainerPort[];
  readonly initPorts: readonly ContainerPort[];
  readonly hostNetwork: boolean;
  readonly dnsPolicy: string | undefined;
  readonly ndots: number | undefined;
  readonly serviceAccount: string | undefined;
  /** Whether a token for the API server is mounted, where the pod says so. */
  readonly mountsToken: boolean | undefined;
  /** Tells of port names that mean several numbers. */
  readonly reportClash: (() => void) | undefined;
}

/** A template at the place the cursor stands on. */
export function readTemplate(at: ObjectCursor, template: RawMapping): PodTemplate {
  const metadata = mappingField(at, template, "metadata") ?? emptyMapping;
  at.enter("metadata");
  const labels = readLabels(at, metadata, "labels");
  const annotations = readAnnotations(at, metadata, "annotations");
  at.leave();
  return readPodSpec(at, template, labels, annotations);
}

/** The `spec` below the place the cursor stands on, as that of a pod. */
export function readPodSpec(at: ObjectCursor, pod: RawMapping, labels: Labels, annotations: Labels): PodTemplate {
  at.tolerant = true;
  const spec = mappingField(at, pod, "spec") ?? emptyMapping;
  at.enter("spec");
  const hostNetwork = booleanField(at, spec, "hostNetwork") === true;
  const dnsPolicy = textField(at, spec, "dnsPolicy");
  const ndots = readNdots(at, spec);
  // "DeprecatedServiceAccount is a deprecated alias for ServiceAccountName."
  const serviceAccount = textField(at, spec, "serviceAccountName") ?? textField(at, spec, "serviceAccount");
  const mountsToken = booleanField(at, spec, "automountServiceAccountToken");
  const { ports, initPorts, reportClash } = readContainerPorts(at, spec);
  at.tolerant = false;
  at.leave();
  return {
    labels,
    annotations,
    ports,
    initPorts,
    hostNetwork,
    dnsPolicy,
    ndots,
    serviceAccount,
    mountsToken,
    reportClash,
  };
}

/** `options: [{name: ndots, value: "1"}]` of `dnsConfig`: the last one counts, as in resolv.conf. */
function readNdots(at: ObjectCursor, spec: RawMapping): number | undefined {
  if (spec["dnsConfig"] === undefined) return undefined;
  const config = mappingField(at, spec, "dnsConfig") ?? emptyMapping;
  at.enter("dnsConfig");
  const options = listField(at, config, "options") ?? [];
  at.leave();
  const values = options.flatMap((option) => {
    if (!isMapping(option) || option["name"] !== "ndots") return [];
    const { value } = option;
    const text = typeof value === "number" ? String(value) : value;
    return typeof text === "string" && /^\d{1,2}$/.test(text) ? [Number(text)] : [];
  });
  return values.at(-1);
}

import type { ApiServerCall } from "../model/cluster.ts";
import type { RawValue } from "../parse/document.ts";
import type { NodePath } from "../source/position.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import type { KindReader } from "./kind-reader.ts";
import { refOf } from "./not-evaluated.ts";
import { isDnsLabel } from "../semantics/names.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { emptyMapping, groupOf, isList, isMapping } from "./raw-object.ts";

/** A reference to a Service within an object, and where it stands. */
interface Found {
  readonly service: RawValue | undefined;
  readonly path: NodePath;
  readonly mayFail?: boolean;
}

/** Kinds by which the API server is told to call Services: webhooks of admission and of conversion, and aggregated APIs. */
const kinds: readonly (readonly [kind: string, group: string, find: (object: RawMapping) => readonly Found[]])[] = [
  ["ValidatingWebhookConfiguration", "admissionregistration.k8s.io", webhooks],
  ["MutatingWebhookConfiguration", "admissionregistration.k8s.io", webhooks],
  ["CustomResourceDefinition", "apiextensions.k8s.io", conversion],
  ["APIService", "apiregistration.k8s.io", aggregated],
];

/** Readers for objects that have the API server call a Service. What is wrong with them is for the API server to say. */
export const apiServerCallReaders: readonly KindReader[] = kinds.map(([kind, group, find]) => ({
  kind,
  isClusterWide: true,
  reads: (apiVersion) => groupOf(apiVersion) === group,
  read: (object, draft) => readCalls(object, find(object.value), draft),
}));

/** Whether a text may be a CustomResourceDefinition with a webhook: the others, which are long, are not parsed. */
export function mayConvert(text: string): boolean {
  return /\bconversion["']?[ \t]*:/.test(text) && /\bclientConfig["']?[ \t]*:/.test(text);
}

function readCalls(object: RawObject, found: readonly Found[], draft: ClusterDraft): void {
  const ref = refOf(object);
  for (const { service, path, mayFail = false } of found) {
    if (!isMapping(service)) continue;
    const { namespace, name, port = 443 } = service;
    if (!isLabel(namespace) || !isLabel(name) || typeof port !== "number") continue;
    const call: ApiServerCall = { ref, service: { namespace, name, port }, mayFail, origin: object.origin, path };
    draft.apiServerCalls.push(call);
  }
}

function isLabel(value: RawValue | undefined): value is string {
  return typeof value === "string" && isDnsLabel(value);
}

/** "failurePolicy [...] allowed values are Ignore or Fail. Defaults to Fail"; "service.port [...] Defaults to 443". */
function webhooks({ webhooks: list }: RawMapping): readonly Found[] {
  return (isList(list) ? list : []).flatMap((webhook, i): readonly Found[] => {
    if (!isMapping(webhook)) return [];
    const path = ["webhooks", i, "clientConfig", "service"];
    return [
      { service: fieldOf(webhook["clientConfig"], "service"), path, mayFail: webhook["failurePolicy"] === "Ignore" },
    ];
  });
}

/** "conversion.webhook.clientConfig.service"; in v1beta1 `webhookClientConfig` stands in place of `webhook`. */
function conversion({ spec }: RawMapping): readonly Found[] {
  const { webhook, webhookClientConfig } = mappingOf(fieldOf(spec, "conversion"));
  return [
    {
      service: fieldOf(fieldOf(webhook, "clientConfig"), "service"),
      path: ["spec", "conversion", "webhook", "clientConfig", "service"],
    },
    {
      service: fieldOf(webhookClientConfig, "service"),
      path: ["spec", "conversion", "webhookClientConfig", "service"],
    },
  ];
}

/** "service [...] If the Service is nil, that means the handling for the API groupversion is handled locally". */
function aggregated({ spec }: RawMapping): readonly Found[] {
  return [{ service: fieldOf(spec, "service"), path: ["spec", "service"] }];
}

function mappingOf(value: RawValue | undefined): RawMapping {
  return isMapping(value) ? value : emptyMapping;
}

function fieldOf(value: RawValue | undefined, field: string): RawValue | undefined {
  return mappingOf(value)[field];
}

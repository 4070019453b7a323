/** Short ways to write Kubernetes manifests as YAML text. Ids are `namespace/name`; labels, ports and selectors are YAML flow style. */

/** A YAML document: the texts it is put together from, joined by lines. */
function document(...lines: readonly string[]): string {
  return `---\n${lines.filter((line) => line !== "").join("\n")}\n`;
}

function metadata(id: string, labels: string): string {
  const [namespace, name] = id.includes("/") ? id.split("/") : [undefined, id];
  const place = namespace === undefined ? "" : `namespace: ${namespace}, `;
  return `metadata: {${place}name: ${name}, labels: ${labels}}`;
}

/** Shifts a block to the right, so that it can stand below a key. */
function indent(text: string, by = 2): string {
  return text
    .trim()
    .split("\n")
    .map((line) => " ".repeat(by) + line)
    .join("\n");
}

/** What else a pod may say. All values are YAML. */
export interface PodText {
  /** The ports of its one container. */
  readonly ports?: string;
  /** Further lines of `spec`. */
  readonly spec?: string;
  /** `status`. */
  readonly status?: string;
}

function podSpec({ ports = "[]", spec = "" }: PodText): string {
  return `containers: [{name: c, image: i, ports: ${ports}}]\n${spec}`;
}

/** A Pod. */
export function pod(id: string, labels = "{}", text: PodText = {}): string {
  return document(
    "apiVersion: v1",
    "kind: Pod",
    metadata(id, labels),
    "spec:",
    indent(podSpec(text)),
    text.status === undefined ? "" : `status: ${text.status}`,
  );
}

/** A Deployment, whose pods have the labels. */
export function deployment(id: string, labels = "{}", text: PodText & { readonly replicas?: number } = {}): string {
  return document(
    "apiVersion: apps/v1",
    "kind: Deployment",
    metadata(id, "{}"),
    "spec:",
    `  replicas: ${text.replicas ?? 2}`,
    `  selector: {matchLabels: ${labels}}`,
    "  template:",
    `    metadata: {labels: ${labels}}`,
    "    spec:",
    indent(podSpec(text), 6),
  );
}

/** A Namespace, which makes its labels known. */
export function namespace(name: string, labels = "{}"): string {
  return document("apiVersion: v1", "kind: Namespace", metadata(name, labels));
}

/** A Service. */
export function service(id: string, spec: string): string {
  return document("apiVersion: v1", "kind: Service", metadata(id, "{}"), "spec:", indent(spec));
}

/** A NetworkPolicy with the spec given as YAML. */
export function policy(id: string, spec: string): string {
  return document("apiVersion: networking.k8s.io/v1", "kind: NetworkPolicy", metadata(id, "{}"), "spec:", indent(spec));
}

/** A NetworkPolicy that isolates all pods of a namespace for ingress and opens nothing. */
export function denyIngress(ofNamespace: string): string {
  return policy(`${ofNamespace}/deny-ingress`, "podSelector: {}\npolicyTypes: [Ingress]");
}

/** A NetworkPolicy that isolates all pods of a namespace for egress and opens nothing. */
export function denyEgress(ofNamespace: string): string {
  return policy(`${ofNamespace}/deny-egress`, "podSelector: {}\npolicyTypes: [Egress]");
}

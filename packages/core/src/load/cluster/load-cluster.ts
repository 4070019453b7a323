import { compareStrings } from "../../lib/compare.ts";
import type { NotEvaluatedObject } from "../../model/cluster.ts";
import type { ParsedSource } from "../../parse/document.ts";
import { UsageError } from "../../lib/usage-error.ts";
import { ApiClient } from "./api-client.ts";
import { ApiFault } from "./api-fault.ts";
import { cleanText } from "./clean-text.ts";
import { secretsOfContext } from "./context-secrets.ts";
import { loadClientNode } from "./client-node.ts";
import { systemClock } from "./clock.ts";
import { ClusterDocument } from "./cluster-document.ts";
import { builtInKinds, type ClusterKind, resourceName } from "./cluster-kinds.ts";
import { type ClusterOptions, defaultPageSize, defaultRequestTimeoutMs } from "./cluster-options.ts";
import { readConfigMaps } from "./fact-config-maps.ts";
import { factKinds } from "./fact-kinds.ts";
import { canRenew, credentialsOf } from "./credentials.ts";
import { servedKinds } from "./discovery.ts";
import { failureMessage } from "./failure-message.ts";
import { type KubeContext, kubeContextOf } from "./kube-context.ts";
import { readKubeconfig } from "./kubeconfig-file.ts";
import type { MissingPermission } from "./missing-list.ts";
import { Projector } from "./projection.ts";
import { fieldsOf, textOf } from "./raw-fields.ts";
import { type KindRead, readKind } from "./read-kind.ts";
import type { ListOptions } from "./read-list.ts";

/** What was read from a cluster: documents for `readDocuments`, and what they lack. */
export interface ClusterRead {
  /** The context of the kubeconfig that was used. */
  readonly context: string;
  /** The origin of the server's address. */
  readonly server: string;
  /** The namespace of the context. */
  readonly defaultNamespace: string;
  /** One source with all objects, by kind, then as the server orders them: by namespace and name. */
  readonly sources: readonly ParsedSource[];
  /** Kinds whose objects may be missing, and why: belongs to the cluster's `notEvaluated`. */
  readonly notEvaluated: readonly NotEvaluatedObject[];
  /** The same for those that RBAC forbids, as data. */
  readonly forbidden: readonly MissingPermission[];
  /** Built-in resources that the server does not have. */
  readonly absent: readonly string[];
}

/** Per-namespace lists multiply with the kinds: more namespaces than this would be thousands of requests. */
const maxNamespaces = 500;

/**
 * Reads a live cluster through the official client's configuration and credentials. Sends GET only: discovery, lists of what npa
 * analyses, in pages, and a few ConfigMaps by their names. What RBAC forbids is in the result. Throws a `UsageError` when there is no complete answer.
 */
export async function loadCluster(options: ClusterOptions = {}): Promise<ClusterRead> {
  const client = await loadClientNode();
  const env = options.env ?? process.env;
  const context = kubeContextOf(readKubeconfig(client, options.kubeconfig, env), options);
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  options.signal?.addEventListener("abort", stop, { once: true });
  if (options.signal?.aborted === true) stop();
  const timeoutMs = options.requestTimeoutMs ?? defaultRequestTimeoutMs;
  const api = new ApiClient({
    server: context.server,
    logIn: () => credentialsOf(client, context, env, stopped.signal, timeoutMs),
    canRenew: canRenew(context),
    timeoutMs,
    clock: options.clock ?? systemClock,
    signal: stopped.signal,
    secrets: secretsOfContext(context, env),
  });
  try {
    return clusterRead(context, await readKinds(api, context, options), api.secrets);
  } catch (error) {
    if (error instanceof ApiFault) throw new UsageError(failureMessage(error, context, api.secrets));
    throw error;
  } finally {
    // After a failure the other lists are still under way.
    stop();
    options.signal?.removeEventListener("abort", stop);
    api.close();
  }
}

async function readKinds(api: ApiClient, context: KubeContext, options: ClusterOptions): Promise<readonly KindRead[]> {
  const projector = new Projector((text) => api.refuseEcho(text));
  const read = (kind: ClusterKind, namespaces: readonly string[]): Promise<KindRead> => {
    const resource = resourceName(kind);
    const onRead: ListOptions["onRead"] = (count, total) =>
      options.onProgress?.({ resource, read: count, ...(total === undefined ? {} : { total }) });
    const pageSize = Math.max(1, options.pageSize ?? defaultPageSize);
    return readKind(kind, namespaces, { client: api, projector, pageSize, onRead });
  };
  const [first, ...others] = builtInKinds;
  if (first === undefined) return [];
  const namespaces = await read(first, []);
  const candidates = namespacesToTry(namespaces, context, options);
  const rest = await Promise.all([
    ...[...others, ...factKinds].map((kind) => read(kind, candidates)),
    readConfigMaps(api, projector),
    servedKinds(api).then((kinds) => Promise.all(kinds.map((kind) => read(kind, candidates)))),
  ]);
  return [namespaces, ...rest.flat()];
}

/** Those that the user asks about first, then all that are known. */
function namespacesToTry(namespaces: KindRead, context: KubeContext, options: ClusterOptions): readonly string[] {
  const known = namespaces.objects.flatMap((object) => textOf(fieldsOf(fieldsOf(object)["metadata"])["name"]) ?? []);
  return [...new Set([...(options.namespaces ?? []), context.namespace, ...known])].slice(0, maxNamespaces);
}

function clusterRead(context: KubeContext, kinds: readonly KindRead[], secrets: readonly string[]): ClusterRead {
  const builtIn = kinds.filter(({ kind }) => kind.presence === "built-in");
  const place = `context "${cleanText(context.name, secrets)}" (${context.server.origin})`;
  if (builtIn.every(({ absent }) => absent === true)) {
    throw new UsageError(
      `${place}: the server has none of the Kubernetes APIs: is its address in the kubeconfig right?`,
    );
  }
  if (
    builtIn.every(
      ({ absent, forbidden }) => absent === true || (forbidden !== undefined && forbidden.readNamespaces.length === 0),
    )
  ) {
    throw new UsageError(nothingAllowed(place, context, builtIn, secrets));
  }
  const contextName = context.name;
  const documents = kinds.flatMap(({ kind, objects }) => {
    const folder = { context: contextName, kind: folderName(kind) };
    return objects.map((object) => new ClusterDocument(object, folder));
  });
  return {
    context: contextName,
    server: context.server.origin,
    defaultNamespace: context.namespace,
    sources: [{ documents, skipped: [] }],
    notEvaluated: kinds.flatMap(({ notEvaluated }) => notEvaluated ?? []),
    forbidden: kinds.flatMap(({ forbidden }) => forbidden ?? []),
    absent: builtIn
      .flatMap(({ absent, kind }) => (absent === true ? [resourceName(kind)] : []))
      .toSorted(compareStrings),
  };
}

function nothingAllowed(
  place: string,
  context: KubeContext,
  kinds: readonly KindRead[],
  secrets: readonly string[],
): string {
  const fault = kinds.find(({ refusal }) => refusal !== undefined)?.refusal?.fault;
  const said = fault?.kind === "status" ? ` ("${cleanText(fault.message, secrets)}")` : "";
  const who = context.impersonation?.user ?? context.userName;
  return `${place}: RBAC does not allow user "${cleanText(who, secrets)}" to list anything${said}: npa needs a ClusterRole with the verb list, at least on networkpolicies.networking.k8s.io, namespaces and pods; with a Role in one namespace, pass -n NAMESPACE`;
}

/** Kubernetes' own kinds by their name; others with their group, as two may have the same name. */
function folderName({ kind, group, presence }: ClusterKind): string {
  return presence === "built-in" || group === "" ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
}

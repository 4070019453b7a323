import { UsageError } from "../../lib/usage-error.ts";
import { nearest } from "../../lib/nearest.ts";
import { withoutCredentials } from "../known-secrets.ts";
import { cleanText } from "./clean-text.ts";
import type { ClusterOptions } from "./cluster-options.ts";
import type { KubeconfigFile } from "./kubeconfig-file.ts";
import { proxyFromEnvironment } from "./proxy.ts";
import { type Fields, fieldsOf, textOf, textsOf } from "./raw-fields.ts";

/** The context that is read: where the server is, and how the user shows who it is. */
export interface KubeContext {
  readonly name: string;
  readonly server: URL;
  /** The namespace of objects that name none. */
  readonly namespace: string;
  readonly cluster: Fields;
  readonly userName: string;
  readonly user: Fields;
  readonly insecure: boolean;
  readonly proxy: string | undefined;
  readonly impersonation: Impersonation | undefined;
}

/** In whose name requests are made. */
export interface Impersonation {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid: string | undefined;
  readonly extra: ReadonlyMap<string, readonly string[]>;
}

/** Chooses the context and its cluster and user; throws a `UsageError` that names what is missing. */
export function kubeContextOf(file: KubeconfigFile, options: ClusterOptions): KubeContext {
  const name = options.context ?? file.currentContext;
  if (name === undefined) {
    throw new UsageError(
      `${file.origin} has no current-context: pass --context NAME (${namesOf(file.contexts.keys())})`,
    );
  }
  const context = file.contexts.get(name);
  if (context === undefined) throw new UsageError(noSuchContext(file, name));
  const clusterName = textOf(context["cluster"]) ?? "";
  const cluster = file.clusters.get(clusterName);
  if (cluster === undefined) {
    throw new UsageError(
      `context "${name}" of ${file.origin} names the cluster "${clusterName}", which is not defined`,
    );
  }
  const userName = textOf(context["user"]) ?? "";
  const user = file.users.get(userName);
  if (user === undefined && userName !== "") {
    throw new UsageError(`context "${name}" of ${file.origin} names the user "${userName}", which is not defined`);
  }
  const server = serverOf(cluster, clusterName);
  return {
    name,
    server,
    namespace: textOf(context["namespace"]) ?? "default",
    cluster,
    userName,
    user: user ?? {},
    insecure: options.insecureSkipTlsVerify ?? cluster["insecure-skip-tls-verify"] === true,
    proxy: textOf(cluster["proxy-url"]) ?? proxyFromEnvironment(server, options.env ?? process.env),
    impersonation: impersonationOf(user ?? {}, options),
  };
}

function namesOf(names: Iterable<string>): string {
  const all = [...names];
  if (all.length === 0) return "there is no context";
  return `contexts: ${all.slice(0, 10).join(", ")}${all.length > 10 ? ", ..." : ""}`;
}

function noSuchContext(file: KubeconfigFile, name: string): string {
  const near = nearest(name, file.contexts.keys());
  const hint = near.length > 0 ? `did you mean ${near.join(" or ")}?` : namesOf(file.contexts.keys());
  return `context "${name}" is not in ${file.origin}: ${hint}`;
}

function serverOf(cluster: Fields, clusterName: string): URL {
  const text = textOf(cluster["server"]) ?? "";
  const server = URL.canParse(text) ? new URL(text) : undefined;
  if (server === undefined || !/^https?:$/.test(server.protocol)) {
    throw new UsageError(
      `the server of cluster "${clusterName}" is "${cleanText(withoutCredentials(text))}": it must be an https:// address`,
    );
  }
  return server;
}

function impersonationOf(user: Fields, options: ClusterOptions): Impersonation | undefined {
  const name = options.as ?? textOf(user["as"]);
  const groups = options.asGroups ?? textsOf(user["as-groups"]);
  if (name === undefined && groups.length > 0) {
    throw new UsageError("groups are impersonated without a user: pass --as USER beside --as-group");
  }
  if (name === undefined) return undefined;
  const extra = Object.entries(fieldsOf(user["as-user-extra"])).map(([key, values]) => [key, textsOf(values)] as const);
  return { user: name, groups, uid: textOf(user["as-uid"]), extra: new Map(extra) };
}

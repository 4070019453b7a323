import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { UsageError } from "../../lib/usage-error.ts";
import { readSmallFile } from "../small-file.ts";
import { cleanText } from "./clean-text.ts";
import type { ClientNode } from "./client-node.ts";
import { fieldsOf, type Fields, isFields, listOf, textOf } from "./raw-fields.ts";

/** A kubeconfig as it is written: entries by name, paths absolute. */
export interface KubeconfigFile {
  /** Where it was read, for messages. */
  readonly origin: string;
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, Fields>;
  readonly clusters: ReadonlyMap<string, Fields>;
  readonly users: ReadonlyMap<string, Fields>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Where a pod finds its service account. */
const serviceAccountRoot = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Reads the configuration that kubectl would read. */
export function readKubeconfig(
  client: ClientNode,
  explicit: string | undefined,
  env: Env,
  serviceAccount: string = serviceAccountRoot,
): KubeconfigFile {
  if (explicit !== undefined) return readFiles(client, [explicit]);
  // "If $KUBECONFIG is set, then it is used as a list of paths; [...] missing files are ignored" (kubectl config).
  const listed = (env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  const standard = join(env["HOME"] ?? env["USERPROFILE"] ?? homedir(), ".kube", "config");
  const present = (listed.length > 0 ? listed : [standard]).filter((path) => existsSync(path));
  if (present.length > 0) return readFiles(client, present);
  const inCluster = inClusterConfig(env, serviceAccount);
  if (inCluster !== undefined) return inCluster;
  const missing =
    listed.length > 0 ? `no file of KUBECONFIG exists (${listed.join(", ")})` : `${standard} does not exist`;
  throw new UsageError(
    `no cluster is configured: ${missing}, and this is not a pod: pass --kubeconfig FILE or set KUBECONFIG`,
  );
}

/** The first file that names something wins, as in kubectl. */
function readFiles(client: ClientNode, paths: readonly string[]): KubeconfigFile {
  const contexts = new Map<string, Fields>();
  const clusters = new Map<string, Fields>();
  const users = new Map<string, Fields>();
  let currentContext: string | undefined;
  for (const path of paths) {
    const file = parsedFile(client, path);
    const folder = resolve(dirname(path));
    currentContext ??= textOf(file["current-context"]);
    addEntries(contexts, file["contexts"], "context", (entry) => entry);
    addEntries(clusters, file["clusters"], "cluster", (entry) => absolute(entry, folder, ["certificate-authority"]));
    addEntries(users, file["users"], "user", (entry) => absoluteUser(entry, folder));
  }
  return { origin: paths.join(delimiter), currentContext, contexts, clusters, users };
}

function parsedFile(client: ClientNode, path: string): Fields {
  const text = fileText(path);
  if (text.trim() === "") return {};
  try {
    const value: unknown = client.loadYaml(text);
    if (isFields(value)) return value;
  } catch (error) {
    // The message of a YAML error quotes the text around it, which may be a token: only its reason is told.
    const { reason, mark } = fieldsOf(isObject(error) ? { ...error } : {});
    const line = fieldsOf(isObject(mark) ? { ...mark } : {})["line"];
    const at = typeof line === "number" ? `:${line + 1}` : "";
    const why = textOf(reason) ?? "it is not YAML";
    throw new UsageError(`${path}${at}: the kubeconfig cannot be read: ${cleanText(why)}`);
  }
  throw new UsageError(`${path}: this is not a kubeconfig: it has no clusters, users and contexts`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The text of a file that a kubeconfig or a flag names. */
export function fileText(path: string): string {
  try {
    return Buffer.from(readSmallFile(path)).toString();
  } catch (error) {
    const known = error instanceof Error && "code" in error ? String(error.code) : undefined;
    const said = known ?? (error instanceof Error ? error.message : "");
    const why = known === "ENOENT" ? "it does not exist" : known === "EACCES" ? "permission denied" : said;
    throw new UsageError(`${path} cannot be read: ${why}`);
  }
}

function addEntries(
  entries: Map<string, Fields>,
  list: unknown,
  field: string,
  complete: (entry: Fields) => Fields,
): void {
  for (const item of listOf(list)) {
    const name = textOf(fieldsOf(item)["name"]);
    if (name !== undefined && !entries.has(name)) entries.set(name, complete(fieldsOf(fieldsOf(item)[field])));
  }
}

function absolute(entry: Fields, folder: string, keys: readonly string[]): Fields {
  const paths = keys.flatMap((key) => {
    const path = textOf(entry[key]);
    return path === undefined || isAbsolute(path) ? [] : [[key, join(folder, path)] as const];
  });
  return { ...entry, ...Object.fromEntries(paths) };
}

function absoluteUser(entry: Fields, folder: string): Fields {
  const user = absolute(entry, folder, ["client-certificate", "client-key", "tokenFile"]);
  const command = textOf(fieldsOf(user["exec"])["command"]);
  // "If the command contains path separators and is not absolute, it is relative to the kubeconfig file" (client-go).
  if (command === undefined || !/[/\\]/.test(command)) return user;
  return { ...user, exec: absolute(fieldsOf(user["exec"]), folder, ["command"]) };
}

/** The service account of the pod that npa runs in. */
function inClusterConfig(env: Env, root: string): KubeconfigFile | undefined {
  const host = env["KUBERNETES_SERVICE_HOST"];
  const port = env["KUBERNETES_SERVICE_PORT"] ?? "443";
  const tokenFile = join(root, "token");
  if (host === undefined || host === "" || !existsSync(tokenFile)) return undefined;
  const name = "in-cluster";
  const namespaceFile = join(root, "namespace");
  const namespace = existsSync(namespaceFile) ? fileText(namespaceFile).trim() : undefined;
  const server = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return {
    origin: root,
    currentContext: name,
    contexts: new Map([[name, { cluster: name, user: name, namespace }]]),
    clusters: new Map([[name, { server, "certificate-authority": join(root, "ca.crt") }]]),
    users: new Map([[name, { tokenFile }]]),
  };
}

import type { OutgoingHttpHeaders } from "node:http";
import type { RequestOptions } from "node:https";
import { isatty } from "node:tty";
import type { Cluster, KubeConfig, User } from "@kubernetes/client-node";
import { ApiFault } from "./api-fault.ts";
import { cleanText } from "./clean-text.ts";
import { secretsOfContext } from "./context-secrets.ts";
import type { ClientNode } from "./client-node.ts";
import { type ExecCredential, runExecPlugin } from "./exec-plugin.ts";
import { fileText } from "./kubeconfig-file.ts";
import type { KubeContext } from "./kube-context.ts";
import { secretsOfAddress } from "../known-secrets.ts";
import { type Fields, fieldsOf, textOf } from "./raw-fields.ts";

/** What goes into every request: headers, TLS, the agent. */
export interface Credentials {
  readonly request: RequestOptions;
  /** The texts that no message may show. */
  readonly secrets: readonly string[];
  /** Those of them that the server is told, and could tell in turn. */
  readonly told: readonly string[];
}

/** A plugin may wait for somebody to log in with a browser. */
const longestLoginMs = 300_000;

/** Whether asking again may give other credentials: those of plugins and of files expire. */
export function canRenew({ user }: KubeContext): boolean {
  return ["exec", "auth-provider", "tokenFile"].some((key) => user[key] !== undefined && user[key] !== null);
}

/** Has the official client make headers, TLS options and the agent for a context. Throws an `ApiFault`. */
export async function credentialsOf(
  client: ClientNode,
  context: KubeContext,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Credentials> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(longestLoginMs)]);
  const known = secretsOfContext(context, env);
  try {
    const user = await loggedIn(context, known, env, limited);
    // The agent passes it to proxies, which no signal stops.
    const request: RequestOptions = timeoutMs > 0 ? { timeout: timeoutMs } : {};
    await withinLimit(kubeConfig(client, context, user).applyToHTTPSOptions(request), limited);
    addHeaders(request, context);
    // The official client opens a connection per request.
    if (request.agent instanceof Object) Object.assign(request.agent, { keepAlive: true });
    const told = toldSecrets(request, user, context);
    return { request, told, secrets: [...known, ...told, ...keysOf(user)] };
  } catch (error) {
    if (signal.aborted) throw new ApiFault({ kind: "aborted" });
    const message = cleanText(error instanceof Error ? error.message : String(error), known);
    throw new ApiFault({ kind: "credentials", message });
  }
}

/** The official client waits for a login server as long as it takes. */
function withinLimit<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error("the login took too long"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** The user with what a plugin or a file gives today. */
async function loggedIn(
  context: KubeContext,
  secrets: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<User> {
  const { user, userName } = context;
  const exec = user["exec"];
  const interactive = isatty(0);
  const given: ExecCredential =
    exec === undefined || exec === null
      ? {}
      : await runExecPlugin(fieldsOf(exec), { cluster: context.cluster, env, secrets, interactive, signal });
  const tokenFile = textOf(user["tokenFile"]);
  // "TokenFile is a pointer to a file that contains a bearer token [...] takes precedence over Token" (client-go).
  const token = given.token ?? (tokenFile === undefined ? textOf(user["token"]) : fileText(tokenFile).trim());
  const texts = {
    certData:
      given.certificatePem === undefined
        ? dataOrFile(user, "client-certificate-data", "client-certificate")
        : base64(given.certificatePem),
    keyData: given.keyPem === undefined ? dataOrFile(user, "client-key-data", "client-key") : base64(given.keyPem),
    token,
    username: textOf(user["username"]),
    password: textOf(user["password"]),
    impersonateUser: context.impersonation?.user,
  };
  const provider = user["auth-provider"];
  return {
    name: userName,
    ...withoutUndefined(texts),
    ...(provider === undefined || provider === null ? {} : { authProvider: provider }),
  };
}

/** "CertificateAuthorityData overrides CertificateAuthority" (client-go), and so on. Files are read here, where they are bounded. */
function dataOrFile(fields: Fields, data: string, file: string): string | undefined {
  const path = textOf(fields[file]);
  return textOf(fields[data]) ?? (path === undefined || path === "" ? undefined : base64(fileText(path)));
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

function withoutUndefined(fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function kubeConfig(client: ClientNode, context: KubeContext, user: User): KubeConfig {
  const { cluster, insecure, proxy, server } = context;
  const texts = {
    // "specifying a root certificates file with the insecure flag is not allowed" (client-go): the flag wins.
    caData: insecure ? undefined : dataOrFile(cluster, "certificate-authority-data", "certificate-authority"),
    tlsServerName: textOf(cluster["tls-server-name"]),
    proxyUrl: proxy,
  };
  // The official client refuses http:// unless TLS is not to be verified; `kubectl proxy` serves http on this machine.
  const skipTLSVerify = insecure || server.protocol === "http:";
  const entry: Cluster = { name: context.name, server: server.href, skipTLSVerify, ...withoutUndefined(texts) };
  const config = new client.KubeConfig();
  config.loadFromClusterAndUser(entry, user);
  return config;
}

function addHeaders(request: RequestOptions, { impersonation }: KubeContext): void {
  request.headers = {
    // The official client writes a mapping.
    ...(request.headers as OutgoingHttpHeaders),
    Accept: "application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": "npa",
    ...(impersonation === undefined || impersonation.groups.length === 0
      ? {}
      : { "Impersonate-Group": [...impersonation.groups] }),
    ...(impersonation?.uid === undefined ? {} : { "Impersonate-Uid": impersonation.uid }),
    ...Object.fromEntries(
      [...(impersonation?.extra ?? [])].map(([key, values]) => [
        `Impersonate-Extra-${encodeURIComponent(key)}`,
        [...values],
      ]),
    ),
  };
}

function toldSecrets(request: RequestOptions, user: User, { server }: KubeContext): readonly string[] {
  const header = fieldsOf(request.headers)["Authorization"];
  const bare = typeof header === "string" ? [header.replace(/^\w+ /, "")] : [];
  const { username = "", password = "", token = "" } = user;
  const basic = password === "" ? [] : [`${username}:${password}`];
  return [...bare, ...basic, token, password, ...secretsOfAddress(server.href)].filter((text) => text !== "");
}

/** The key as it is, and as the kubeconfig has it. */
function keysOf({ keyData = "", certData = "" }: User): readonly string[] {
  return [keyData, Buffer.from(keyData, "base64").toString(), certData].filter((text) => text !== "");
}

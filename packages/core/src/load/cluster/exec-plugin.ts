import { spawn } from "node:child_process";
import { SecretMask } from "../secret-mask.ts";
import { fieldsOf, type Fields, isFields, listOf, textOf, textsOf } from "./raw-fields.ts";

/** What a credential plugin gave. */
export interface ExecCredential {
  readonly token?: string;
  readonly certificatePem?: string;
  readonly keyPem?: string;
}

/** What the plugin is told and how long it may take. */
export interface ExecContext {
  /** The cluster, for plugins with `provideClusterInfo`. */
  readonly cluster: Fields;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it may know and not say. */
  readonly secrets: readonly string[];
  /** Whether somebody may be asked: stdin is a terminal. */
  readonly interactive: boolean;
  readonly signal: AbortSignal;
}

const maxOutputBytes = 4_000_000;
/** Of what it says on stderr the last line is told. */
const maxKept = 100_000;
const knownVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/**
 * Runs the credential plugin of a kubeconfig user, as client-go does: `KUBERNETES_EXEC_INFO` in its environment, an ExecCredential
 * on its stdout. (client-node's own runner neither sets the variable nor ever stops waiting.)
 * Throws an Error whose message names the plugin and says what went wrong.
 */
export async function runExecPlugin(exec: Fields, context: ExecContext): Promise<ExecCredential> {
  const command = textOf(exec["command"]);
  if (command === undefined) throw new Error("the user's exec plugin has no command");
  const apiVersion = textOf(exec["apiVersion"]) ?? "";
  if (!knownVersions.includes(apiVersion)) {
    throw new Error(
      `the exec plugin ${command} has apiVersion "${apiVersion}": it must be one of ${knownVersions.join(", ")}`,
    );
  }
  const mode = textOf(exec["interactiveMode"]) ?? "IfAvailable";
  if (mode === "Always" && !context.interactive) {
    throw new Error(`the exec plugin ${command} wants to ask on a terminal, and there is none`);
  }
  const interactive = context.interactive && mode !== "Never";
  const stdout = await outputOf(command, exec, { ...context, interactive }, apiVersion);
  return credentialOf(command, stdout);
}

function outputOf(command: string, exec: Fields, context: ExecContext, apiVersion: string): Promise<string> {
  const { signal, interactive } = context;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...textsOf(exec["args"])], {
      env: environmentOf(exec, context, apiVersion),
      // A plugin that asks (for a login in the browser, say) asks on stderr.
      stdio: interactive ? ["inherit", "pipe", "inherit"] : ["ignore", "pipe", "pipe"],
      windowsHide: true,
      signal,
      killSignal: "SIGKILL",
    });
    let [stdout, stderr] = ["", ""];
    let length = 0;
    const take = (chunk: string): void => {
      length += chunk.length;
      if (length <= maxOutputBytes) return;
      // Its children may go on writing after it was killed: nobody reads them.
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.kill("SIGKILL");
      reject(
        new Error(`the exec plugin ${command} printed more than ${maxOutputBytes / 1_000_000} MB and was stopped`),
      );
    };
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      take(chunk);
      if (length <= maxOutputBytes) stdout += chunk;
    });
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      take(chunk);
      stderr = `${stderr}${chunk}`.slice(-maxKept);
    });
    // Its children may hold the pipes open after it was killed: then nobody waits for them.
    child.on("error", (error) => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      reject(new Error(startFailure(command, error, exec)));
    });
    child.on("close", (code, killed) => {
      if (code === 0) return resolve(stdout);
      const how = code === null ? `was ended by ${killed ?? "a signal"}` : `exited with ${code}`;
      const last = lastLine(stderr, [...context.secrets, ...secretsIn(stdout)]);
      reject(new Error(`the exec plugin ${command} ${how}${last === "" ? "" : `: ${last}`}`));
    });
  });
}

/** Masked before anything is cut off: half of a secret may stand on either side. */
function lastLine(text: string, secrets: readonly string[]): string {
  const mask = new SecretMask(secrets);
  const masked = mask.mask(text);
  const whole = text.length < maxKept ? masked : masked.slice(mask.reach);
  return whole.trim().split("\n").at(-1) ?? "";
}

/** What a plugin printed that is secret, whatever became of it. */
function secretsIn(stdout: string): readonly string[] {
  const { token, keyPem } = credentialIn(stdout);
  return [token, keyPem].filter((text) => text !== undefined);
}

function startFailure(command: string, error: Error, exec: Fields): string {
  if ("code" in error && error.code === "ENOENT") {
    const hint = textOf(exec["installHint"]);
    return `the exec plugin ${command} is not installed${hint === undefined ? "" : `: ${hint}`}`;
  }
  if (error.name === "AbortError") return `the exec plugin ${command} took too long`;
  return `the exec plugin ${command} cannot be run: ${error.message}`;
}

function environmentOf(exec: Fields, context: ExecContext, apiVersion: string): Record<string, string | undefined> {
  const cluster = exec["provideClusterInfo"] === true ? { cluster: clusterInfo(context.cluster) } : {};
  const info = { apiVersion, kind: "ExecCredential", spec: { ...cluster, interactive: context.interactive } };
  const own = listOf(exec["env"]).flatMap((entry) => {
    const { name, value } = fieldsOf(entry);
    return typeof name === "string" && typeof value === "string" ? [[name, value] as const] : [];
  });
  return { ...context.env, ...Object.fromEntries(own), KUBERNETES_EXEC_INFO: JSON.stringify(info) };
}

function clusterInfo(cluster: Fields): Fields {
  const kept = ["server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority-data", "proxy-url"];
  return Object.fromEntries(kept.flatMap((key) => (cluster[key] === undefined ? [] : [[key, cluster[key]]])));
}

function credentialOf(command: string, stdout: string): ExecCredential {
  const credential = credentialIn(stdout);
  const { token, certificatePem, keyPem } = credential;
  if (token === undefined && (certificatePem === undefined || keyPem === undefined)) {
    throw new Error(`the exec plugin ${command} printed no ExecCredential with a token or a client certificate`);
  }
  return credential;
}

function credentialIn(stdout: string): ExecCredential {
  let value: unknown;
  try {
    value = JSON.parse(stdout);
  } catch {
    value = undefined;
  }
  const status = isFields(value) ? fieldsOf(value["status"]) : {};
  const [token, certificatePem, keyPem] = ["token", "clientCertificateData", "clientKeyData"].map((key) =>
    textOf(status[key]),
  );
  return {
    ...(token === undefined ? {} : { token: token.trim() }),
    ...(certificatePem === undefined ? {} : { certificatePem }),
    ...(keyPem === undefined ? {} : { keyPem }),
  };
}

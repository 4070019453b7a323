import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import {
  type ApiServer,
  type ApiServerOptions,
  builtInKinds,
  type KubeObject,
  type KubeconfigOptions,
  startApiServer,
} from "../../../fixtures/src/api-server/index.ts";
import { type ClusterOptions, type ClusterRead, loadCluster } from "../../src/load/cluster.ts";
import type { Clock } from "../../src/load/cluster.ts";
import { UsageError } from "../../src/lib/usage-error.ts";

/** A server that ends with the test. */
export async function serverFor(options: ApiServerOptions = {}): Promise<ApiServer> {
  const server = await startApiServer(options);
  onTestFinished(() => server.close());
  return server;
}

/** A directory that ends with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "npa-cluster-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file of the test's folder, and gives its path. */
export function fileWith(text: string, name = "config", folder: string = temporaryFolder()): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A clock on which waiting takes no time; it records how long it would have taken. */
export function testClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  const sleep = (ms: number, signal: AbortSignal): Promise<void> => {
    waits.push(ms);
    return signal.aborted ? Promise.reject(new Error("aborted")) : Promise.resolve();
  };
  return { waits, now: () => Date.UTC(2026, 0, 1), sleep, random: () => 0 };
}

/** Reads the server as its first user, without waiting between attempts. */
export function load(
  server: ApiServer,
  options: ClusterOptions = {},
  config: KubeconfigOptions = {},
): Promise<ClusterRead> {
  return loadCluster({ kubeconfig: fileWith(server.kubeconfig(config)), clock: testClock(), env: {}, ...options });
}

/** The message of the UsageError that `work` must fail with: one line. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  const { message } = error as UsageError; // just checked
  expect(message).not.toMatch(/\n|admin-token|\bat .*:\d+:\d+/);
  return message;
}

/** `Kind namespace/name` of everything that was read, in order. */
export function objectsOf(read: ClusterRead): readonly string[] {
  return read.sources.flatMap(({ documents }) =>
    documents.map(({ value }) => {
      const { kind, metadata } = value as { kind: string; metadata: { name: string; namespace?: string } }; // as the server sent it
      return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
    }),
  );
}

/** The kinds that a bare cluster serves. */
export const bareKinds = builtInKinds;

/** Pods `pod-000`, `pod-001`, ... of a namespace. */
export function pods(count: number, namespace = "web"): readonly KubeObject[] {
  return Array.from({ length: count }, (_unused, index) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name: `pod-${String(index).padStart(3, "0")}`, labels: { app: "web" } },
    spec: { containers: [{ name: "main", ports: [{ name: "http", containerPort: 8080 }] }] },
    status: { phase: "Running", podIPs: [{ ip: `10.0.0.${index % 250}` }] },
  }));
}

/** The names of those pods, as `objectsOf` has them. */
export function podNames(count: number, namespace = "web"): readonly string[] {
  return pods(count, namespace).map(({ metadata }) => `Pod ${namespace}/${metadata?.name}`);
}

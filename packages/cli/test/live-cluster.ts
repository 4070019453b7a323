import { writeFileSync } from "node:fs";
import path from "node:path";
import {
  type ApiServer,
  type ApiServerOptions,
  type KubeObject,
  type KubeconfigOptions,
  objectsFromManifests,
  startApiServer,
} from "@npa/fixtures/api-server";
import { expect, onTestFinished } from "vitest";
import { directoryOf, npa } from "./run.ts";

const workload = (kind: string, name: string, replicas: number): KubeObject => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { namespace: "shop", name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "main", image: "i", ports: [{ name: "main", containerPort: 8080 }] }] },
    },
  },
});

const policy = (name: string, spec: object): KubeObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { namespace: "shop", name },
  spec,
});

/** A shop whose db takes connections from its web on port 5432 only. */
export const manifests: readonly KubeObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { team: "shop" } } },
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "tools" } },
  workload("Deployment", "web", 2),
  workload("StatefulSet", "db", 1),
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { namespace: "shop", name: "db" },
    spec: { selector: { app: "db" }, ports: [{ port: 5432 }] },
  },
  policy("db", {
    podSelector: { matchLabels: { app: "db" } },
    ingress: [
      {
        from: [
          { podSelector: { matchLabels: { app: "web" } } },
          { namespaceSelector: { matchLabels: { team: "admins" } } },
        ],
        ports: [{ port: 5432 }],
      },
    ],
  }),
];
export const objects: readonly KubeObject[] = objectsFromManifests(manifests);

/** A server that ends with the test. */
export async function serverFor(options: ApiServerOptions = {}): Promise<ApiServer> {
  const server = await startApiServer({ objects, ...options });
  onTestFinished(() => server.close());
  return server;
}

/** A file with a kubeconfig that leads to the server. */
export function kubeconfigFile(server: ApiServer, options: KubeconfigOptions = {}): string {
  const directory = directoryOf({ "config.yaml": server.kubeconfig({ namespace: "shop", ...options }) });
  return path.join(directory, "config.yaml");
}

/** Runs npa with a kubeconfig for the server, in a machine on which waiting takes no time. */
export async function npaOn(
  server: ApiServer,
  argv: readonly string[],
  options: KubeconfigOptions = {},
  surroundings: Parameters<typeof npa>[2] = {},
): ReturnType<typeof npa> {
  const sleep = (_ms: number, signal: AbortSignal): Promise<void> =>
    signal.aborted ? Promise.reject(new Error("aborted")) : Promise.resolve();
  const clock = { now: () => 0, sleep, random: () => 0 };
  const env = { KUBECONFIG: kubeconfigFile(server, options), ...surroundings.env };
  const outcome = await npa(argv, {}, { ...surroundings, env, io: { clock, ...surroundings.io } });
  expect(`${outcome.stdout}${outcome.stderr}`).not.toMatch(/admin-token|reader-token|^\s+at .*:\d+:\d+\)?$/m);
  return outcome;
}

/** Writes manifests as one JSON file of a directory of its own. */
export function manifestsDirectory(items: readonly KubeObject[]): string {
  const directory = directoryOf({});
  writeFileSync(path.join(directory, "all.json"), JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  return directory;
}

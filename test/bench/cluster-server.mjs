// A stand-in for an API server with many pods, in a process of its own: writes its kubeconfig, and runs until it is killed.
//   node test/bench/cluster-server.mjs PODS KUBECONFIG
import { writeFileSync } from "node:fs";
import { objectsFromManifests, startApiServer } from "@npa/fixtures/api-server";

const [pods = "150000", kubeconfig] = process.argv.slice(2);
const perDeployment = 50;
const perNamespace = 50;
const deployments = Math.ceil(Number(pods) / perDeployment);

function nameOf(index) {
  return { name: `app-${index % perNamespace}`, namespace: `ns-${Math.floor(index / perNamespace)}` };
}

/** As pods are: most of their bytes are what npa does not read. */
function deployment(index) {
  const { name, namespace } = nameOf(index);
  const labels = { app: name, team: `team-${index % 7}`, "app.kubernetes.io/managed-by": "Helm" };
  const env = Array.from({ length: 20 }, (_, n) => ({ name: `SETTING_${n}`, value: `value-${n}-of-some-length` }));
  const ports = [{ name: "http", containerPort: 8080 }];
  const containers = [{ name: "main", image: "registry.example/app:1", env, ports }];
  const template = { metadata: { labels }, spec: { containers } };
  const spec = { replicas: perDeployment, selector: { matchLabels: labels }, template };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace }, spec };
}

function policy(index) {
  const { name, namespace } = nameOf(index);
  const from = [{ podSelector: { matchLabels: { team: `team-${index % 7}` } } }];
  const spec = {
    podSelector: { matchLabels: { app: name } },
    policyTypes: ["Ingress"],
    ingress: [{ from, ports: [{ port: 8080 }] }],
  };
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace }, spec };
}

const indices = Array.from({ length: deployments }, (_, index) => index);
const objects = objectsFromManifests([...indices.map(deployment), ...indices.map(policy)]);
const server = await startApiServer({ objects });
writeFileSync(kubeconfig, server.kubeconfig());
process.stdout.write(`${objects.length}\n`);

/** A stand-in with many pods in its own process: prints the path of its kubeconfig. For measure.mjs. */
import { writeFileSync } from "node:fs";
import { objectsFromManifests, startApiServer } from "../../../fixtures/dist/api-server/index.js";

const [target = "150000", file = "/tmp/npa-measure-kubeconfig"] = process.argv.slice(2);
const perDeployment = 50;
const deployments = Math.ceil(Number(target) / perDeployment);

const objects = Array.from({ length: deployments }, (_unused, index) => {
  const labels = { app: `app-${index % 50}`, team: `team-${index % 7}`, "app.kubernetes.io/managed-by": "Helm" };
  const env = Array.from({ length: 20 }, (_none, n) => ({ name: `SETTING_${n}`, value: `value-${n}-of-some-length` }));
  const container = {
    name: "main",
    image: "registry.example/app:1",
    env,
    ports: [{ name: "http", containerPort: 8080 }],
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: `app-${index % 50}`, namespace: `ns-${Math.floor(index / 50)}` },
    spec: {
      replicas: perDeployment,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
});
const policies = Array.from({ length: deployments }, (_unused, index) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: `app-${index % 50}`, namespace: `ns-${Math.floor(index / 50)}` },
  spec: {
    podSelector: { matchLabels: { app: `app-${index % 50}` } },
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ podSelector: { matchLabels: { team: `team-${index % 7}` } } }], ports: [{ port: 8080 }] }],
  },
}));

const server = await startApiServer({ objects: objectsFromManifests([...objects, ...policies]) });
writeFileSync(file, server.kubeconfig());
process.stdout.write(`${file}\n`);

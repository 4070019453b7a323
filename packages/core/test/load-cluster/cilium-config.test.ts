import { expect, it } from "vitest";
import { objectsFromManifests } from "../../../fixtures/src/api-server/index.ts";
import { ciliumConfigKeys } from "../../src/normalize/facts/cilium-config.ts";
import { readDocuments, readManifests } from "../../src/read/read-manifests.ts";
import { load, serverFor } from "./cluster-helpers.ts";

/** Each key with what is not so by default. */
const unusual: Readonly<Record<(typeof ciliumConfigKeys)[number], string>> = {
  "allow-localhost": "policy",
  "cluster-name": "blue",
  "cluster-pool-ipv4-cidr": "10.1.0.0/16",
  "cluster-pool-ipv6-cidr": "fd00::/104",
  "enable-extended-ip-protocols": "true",
  "enable-host-firewall": "true",
  "enable-icmp-rules": "false",
  "enable-ipv4": "false",
  "enable-ipv6": "false",
  "enable-k8s-cluster-network-policy": "true",
  "enable-k8s-networkpolicy": "false",
  "enable-l7-proxy": "false",
  "enable-node-selector-labels": "true",
  "enable-non-default-deny-policies": "false",
  "enable-policy": "always",
  ipam: "kubernetes",
  labels: "k8s:app",
  "mesh-auth-enabled": "true",
  "mesh-auth-mutual-listener-port": "4250",
  "node-labels": "role",
  "policy-audit-mode": "true",
  "policy-cidr-match-mode": "nodes",
  "policy-default-local-cluster": "false",
  "tofqdns-dns-reject-response-code": "nameError",
};

it.each([...ciliumConfigKeys, "all"] as const)("%s of cilium-config means the same in a live cluster", async (key) => {
  const mutual = { "mesh-auth-enabled": "true", "mesh-auth-mutual-listener-port": "4250" };
  const data =
    key === "all"
      ? unusual
      : key === "node-labels"
        ? { [key]: unusual[key], "enable-node-selector-labels": "true" }
        : Object.hasOwn(mutual, key)
          ? mutual
          : { [key]: unusual[key] };
  const configMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "cilium-config", namespace: "kube-system" },
  };
  const pools = { "cluster-pool-ipv4-cidr": "10.2.0.0/16", "cluster-pool-ipv6-cidr": "fd01::/104" };
  const object = { ...configMap, data: { ...pools, ...data } };
  const server = await serverFor({ objects: objectsFromManifests([object]) });
  const read = await load(server);
  const live = readDocuments(read.sources, read);
  const offline = readManifests([{ name: "cilium-config.yaml", text: JSON.stringify(object) }]);
  const told = ({ facts = [], assumed }: typeof live): unknown => [
    facts.map(({ object: _object, origin: _origin, path: _path, ...fact }) => fact),
    assumed,
  ];
  expect(told(live)).toEqual(told(offline));
  const plain = readManifests([{ name: "cilium-config.yaml", text: JSON.stringify({ ...configMap, data: pools }) }]);
  expect(told(offline)).not.toEqual(told(plain));
});

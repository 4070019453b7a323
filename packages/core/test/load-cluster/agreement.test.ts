import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type KubeObject, allKinds, objectsFromManifests } from "../../../fixtures/src/api-server/index.ts";
import { generateCluster, toYaml } from "../../../fixtures/src/generate.ts";
import { listConnectivity } from "../../src/analysis/stream-connectivity.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import type { ConnectivityList } from "../../src/answers/connectivity.ts";
import type { SourceText } from "../../src/parse/document.ts";
import { parseSource } from "../../src/parse/parse-source.ts";
import { readManifests, readDocuments } from "../../src/read/read-manifests.ts";
import { load, serverFor } from "./cluster-helpers.ts";

const casesFolder = join(import.meta.dirname, "../../../fixtures/cases");
const cases = readdirSync(casesFolder).toSorted();

function manifestsOf(name: string): readonly SourceText[] {
  const folder = join(casesFolder, name, "input");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.(?:ya?ml|json)$/.test(file),
  );
  return files.toSorted().map((file) => ({ name: file, text: readFileSync(join(folder, file), "utf8") }));
}

function objectsOf(sources: readonly SourceText[]): readonly KubeObject[] {
  const documents = sources.flatMap((source) => parseSource(source, { wants: () => true }, () => {}).documents);
  // What the fixtures hold are manifests; an object as the parser makes it has no prototype.
  return documents.map(({ value }) => JSON.parse(JSON.stringify(value)) as KubeObject);
}

type Answers = Pick<ConnectivityList, "connections" | "uncertain"> & { readonly endpoints: readonly string[] };

/** The API server knows all namespaces, and makes those that manifests only name: so the offline run closes its world too. */
function answersOf(cluster: Cluster): Answers {
  const assumptions = { unknownNamespaceLabels: "absent" } as const;
  const { endpoints, connections, uncertain } = listConnectivity(cluster, { assumptions });
  return { endpoints: endpoints.map(({ id }) => id), connections, uncertain };
}

async function bothAnswers(sources: readonly SourceText[]): Promise<{ live: Answers; offline: Answers }> {
  const server = await serverFor({ objects: objectsFromManifests(objectsOf(sources)), kinds: allKinds });
  const read = await load(server, { pageSize: 7 });
  return { live: answersOf(readDocuments(read.sources, read)), offline: answersOf(readManifests(sources)) };
}

describe("the live cluster has the connectivity of the manifests that made it", () => {
  it.each(cases)("%s", async (name) => {
    const { live, offline } = await bothAnswers(manifestsOf(name));
    expect(live).toEqual(offline);
  });

  it("a generated cluster", async () => {
    const shape = { namespaces: 12, pods: 150, policies: 60, podsPerOwner: 3 };
    const text = [...toYaml(generateCluster(shape))].join("");
    const { live, offline } = await bothAnswers([{ name: "generated.yaml", text }]);
    expect(live.endpoints.length).toBeGreaterThan(50);
    expect(live).toEqual(offline);
  });
});

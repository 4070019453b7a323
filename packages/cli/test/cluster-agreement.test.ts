import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { generateCluster, toYaml } from "@npa/fixtures";
import { type KubeObject, allKinds, objectsFromManifests } from "@npa/fixtures/api-server";
import { describe, expect, it } from "vitest";
import { parseSource } from "../../core/src/parse/parse-source.ts";
import { npaOn, serverFor } from "./live-cluster.ts";
import { npa } from "./run.ts";

const casesFolder = fileURLToPath(new URL("../../fixtures/cases", import.meta.url));

function manifestsOf(name: string): Readonly<Record<string, string>> {
  const folder = path.join(casesFolder, name, "input");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.(?:ya?ml|json)$/.test(file),
  );
  return Object.fromEntries(files.toSorted().map((file) => [file, readFileSync(path.join(folder, file), "utf8")]));
}

function objectsOf(files: Readonly<Record<string, string>>): readonly KubeObject[] {
  return Object.entries(files).flatMap(([name, text]) => {
    const { documents } = parseSource({ name, text }, { wants: () => true }, () => {});
    return documents.map(({ value }) => JSON.parse(JSON.stringify(value)) as KubeObject); // the fixtures hold manifests
  });
}

/** The API server knows all namespaces, and makes those that manifests only name: so the offline run closes its world too. */
const closed = ["-q", "--assume", "unknownNamespaceLabels=absent"];

async function expectAgreement(files: Readonly<Record<string, string>>): Promise<void> {
  const server = await serverFor({ objects: objectsFromManifests(objectsOf(files)), kinds: allKinds });
  for (const output of ["text", "csv"]) {
    const offline = await npa(["list", ".", "-o", output, ...closed], files);
    expect(await npaOn(server, ["list", "--cluster", "-o", output, ...closed])).toEqual({ ...offline, code: 0 });
  }
}

describe("npa list --cluster prints what npa list prints of the manifests", () => {
  it.each(readdirSync(casesFolder).toSorted())("%s", async (name) => {
    await expectAgreement(manifestsOf(name));
  });

  it("a generated cluster", async () => {
    const shape = { namespaces: 8, pods: 120, policies: 50, podsPerOwner: 3 };
    await expectAgreement({ "generated.yaml": [...toYaml(generateCluster(shape))].join("") });
  });
});

import { snapshotHeader } from "../read/snapshot-header.ts";
import type { ClusterRead } from "./cluster/load-cluster.ts";
import { yamlText } from "./cluster/yaml-text.ts";

/**
 * What a cluster run read, as one YAML stream, document by document: a large cluster is no single string.
 * It holds no addresses of the server and no credentials. `readManifests` reads it back as the live cluster.
 */
export function* snapshotStream(read: ClusterRead): Generator<string> {
  yield yamlText(snapshotHeader(read.context, read));
  for (const { documents } of read.sources) {
    for (const { value } of documents) yield `---\n${yamlText(value)}`;
  }
}

/** The same as one file per object: relative path and text. No path comes twice. */
export function* snapshotFiles(read: ClusterRead): Generator<readonly [path: string, text: string]> {
  yield ["cluster/snapshot.yaml", yamlText(snapshotHeader(read.context, read))];
  const paths = new Set<string>();
  for (const { documents } of read.sources) {
    for (const { file, value } of documents) yield [newPath(file, paths), yamlText(value)];
  }
}

/** Only names that no API server takes can lead to the same path. */
function newPath(file: string, taken: Set<string>): string {
  let path = file;
  for (let n = 2; taken.has(path.toLowerCase()); n++) path = file.replace(/\.yaml$/, `-${n}.yaml`);
  taken.add(path.toLowerCase());
  return path;
}

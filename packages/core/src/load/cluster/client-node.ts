import type { KubeConfig, loadYaml } from "@kubernetes/client-node";
import { UsageError } from "../../lib/usage-error.ts";

/** What npa uses of the official client: how it reads YAML, authenticates and makes agents. */
export interface ClientNode {
  readonly KubeConfig: typeof KubeConfig;
  readonly loadYaml: typeof loadYaml;
}

/** Loads the official client, which is optional and takes 0.4 s: only here, only when a cluster is asked for. */
export async function loadClientNode(): Promise<ClientNode> {
  try {
    // Taken apart here, so that a bundler sees that nothing else of it is used.
    const { KubeConfig, loadYaml } = await import("@kubernetes/client-node");
    return { KubeConfig, loadYaml };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") {
      throw new UsageError(
        "reading a cluster needs the package @kubernetes/client-node: npm install @kubernetes/client-node@1",
      );
    }
    throw error;
  }
}

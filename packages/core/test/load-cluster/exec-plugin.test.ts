import { describe, expect, it } from "vitest";
import { runExecPlugin } from "../../src/load/cluster/exec-plugin.ts";

/** What becomes of a plugin that is this shell script. */
async function failureOf(script: string): Promise<string> {
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "sh", args: ["-c", script] };
  const context = {
    cluster: {},
    env: process.env,
    secrets: [],
    interactive: false,
    signal: AbortSignal.timeout(20_000),
  };
  return await runExecPlugin(exec, context).then(
    () => "it gave a credential",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe("a plugin that floods is stopped", () => {
  it.each([
    ["stdout", "yes"],
    ["stdout, from a child that outlives it", "yes & yes"],
    ["stderr", "yes >&2"],
  ])("%s", async (_name, script) => {
    expect(await failureOf(script)).toBe("the exec plugin sh printed more than 4 MB and was stopped");
  });
});

import { describe, expect, it } from "vitest";
import type { UsageError } from "../../src/lib/usage-error.ts";
import { runTool } from "../../src/load/run-tool.ts";

const options = { cwd: process.cwd(), env: process.env };
const node = (script: string, more = {}): Promise<Buffer | undefined> =>
  runTool(process.execPath, ["-e", script], { ...options, ...more });

describe("runTool", () => {
  it("gives what the program writes, and undefined when there is none", async () => {
    expect(String(await node("process.stdout.write('a b')"))).toBe("a b");
    expect(await runTool("there-is-no-such-program", [], options)).toBeUndefined();
  });

  it("passes arguments as they are: there is no shell", async () => {
    const odd = "$(touch x); `y` && \"z\" '*'";
    const written = await runTool(process.execPath, ["-e", "process.stdout.write(process.argv[1])", odd], options);
    expect(String(written)).toBe(odd);
  });

  it("fails with what it says on stderr", async () => {
    const failing = node("console.error('# Warning: old\\n  a\\tb \\n\\nc'); process.exit(7)");
    await expect(failing).rejects.toMatchObject({
      message: expect.stringMatching(/failed: exit 7$/),
      details: ["a b", "c"],
    });
  });

  it("ends what takes too long, with all that it started", async () => {
    const started = performance.now();
    const child = "require('node:child_process').spawn('sleep', ['30'], {stdio: 'inherit'})";
    await expect(node(child, { timeoutMs: 300 })).rejects.toThrow("it took more than 0.3 seconds");
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("does not wait for what has left its group", async () => {
    const started = performance.now();
    const child =
      "require('node:child_process').spawn('sleep', ['12'], {stdio: 'inherit', detached: true}).unref(); setTimeout(() => 0, 12000)";
    await expect(node(child, { timeoutMs: 300 })).rejects.toThrow("it took more than 0.3 seconds");
    expect(performance.now() - started).toBeLessThan(6_000);
  });

  it("quotes the beginning of what it says", async () => {
    const long = "for (let i = 0; i < 90; i++) console.error('x'.repeat(i ? 9 : 9000)); process.exit(1)";
    const error: unknown = await node(long).catch((reason: unknown) => reason);
    const { details } = error as UsageError;
    expect(details.map((line) => line.length)).toEqual([300, ...Array.from({ length: 19 }, () => 9), 1]);
  });

  it("ends what writes too much", async () => {
    const endless = "setInterval(() => process.stdout.write('x'.repeat(100000)), 1)";
    await expect(node(endless, { maxBytes: 1_000_000 })).rejects.toThrow("it wrote more than 1 MB");
  });

  it("does not wait for input", async () => {
    expect(String(await node("process.stdin.on('data', () => 0).on('end', () => process.stdout.write('end'))"))).toBe(
      "end",
    );
  });
});

import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { loadPaths } from "../../src/load/node.ts";

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function directoryOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = mkdtempSync(path.join(tmpdir(), "npa-load-"));
  directories.push(directory);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), text);
  }
  return directory;
}

async function namesIn(cwd: string, ...paths: string[]): Promise<readonly string[]> {
  return (await loadPaths(paths, { cwd })).sources.map(({ name }) => name);
}

describe("loadPaths", () => {
  it("reads in the order of kubectl, for which names are bytes: the last of two policies of one name wins", async () => {
    const cwd = directoryOf({ "m/\u{1F600}.yaml": "b", "m/\uFF21.yaml": "a", "m/c/x.yaml": "c", "m/c-b.yaml": "d" });
    expect(await namesIn(cwd, "m")).toEqual(["m/c/x.yaml", "m/c-b.yaml", "m/\uFF21.yaml", "m/\u{1F600}.yaml"]);
  });

  it("reads directories recursively, by name in code-unit order", async () => {
    const cwd = directoryOf({
      "m/b.yaml": "b",
      "m/a.yml": "a",
      "m/Z.json": "{}",
      "m/sub/é.YAML": "é",
      "m/notes.txt": "",
      "m/.git/x.yaml": "",
      "m/.hidden.yaml": "",
      "m/node_modules/y/y.yaml": "",
    });
    const hidden = ["m/.hidden.yaml"];
    const others = ["m/node_modules/y/y.yaml"];
    expect(await namesIn(cwd, "m")).toEqual([...hidden, "m/Z.json", "m/a.yml", "m/b.yaml", ...others, "m/sub/é.YAML"]);
    expect(await namesIn(path.join(cwd, "m/sub"), "../b.yaml")).toEqual(["../b.yaml"]);
    expect(await namesIn(path.join(cwd, "m"), ".")).toEqual([
      ".hidden.yaml",
      "Z.json",
      "a.yml",
      "b.yaml",
      "node_modules/y/y.yaml",
      "sub/é.YAML",
    ]);
  });

  it("reads files in other languages only where they seem to make manifests, or are named", async () => {
    const cwd = directoryOf({
      "m/np.yaml.j2": "kind: NetworkPolicy",
      "m/main.tf": 'resource "aws_vpc" "a" {}',
      "m/k8s.tf": 'resource "kubernetes_namespace" "a" {}',
      "m/broken.cue": new Uint8Array([0xff, 0xfe, 0xfd]),
    });
    expect(await namesIn(cwd, "m")).toEqual(["m/k8s.tf", "m/np.yaml.j2"]);
    expect((await loadPaths(["m"], { cwd })).problems).toEqual([]);
    expect(await namesIn(cwd, "m/main.tf")).toEqual(["m/main.tf"]);
  });

  it("reads what is named, whatever its name, in the order of the arguments, and nothing twice", async () => {
    const cwd = directoryOf({ "m/a.yaml": "a", "m/.b": "b", "c.txt": "c" });
    linkSync(path.join(cwd, "m/a.yaml"), path.join(cwd, "m/same.yaml"));
    expect(await namesIn(cwd, "c.txt", "m/.b", "m", "m/a.yaml", "c.txt")).toEqual(["c.txt", "m/.b", "m/a.yaml"]);
  });

  it("does not ask for stdin, which would open it, unless it is read", async () => {
    const cwd = directoryOf({ "a.yaml": "a" });
    const options = {
      cwd,
      get stdin(): never {
        throw new Error("stdin was opened");
      },
    };
    expect((await loadPaths(["a.yaml"], options)).sources).toEqual([{ name: "a.yaml", text: "a" }]);
    await expect(loadPaths(["-"], options)).rejects.toThrow("stdin was opened");
  });

  it("reads stdin once, beside files", async () => {
    const cwd = directoryOf({ "a.yaml": "a" });
    const stdin = (async function* () {
      yield "fr";
      yield new TextEncoder().encode("om stdin é").subarray(0, 10);
      yield new TextEncoder().encode("é").subarray(1);
    })();
    const { sources } = await loadPaths(["a.yaml", "-", "-"], { cwd, stdin });
    expect(sources).toEqual([
      { name: "a.yaml", text: "a" },
      { name: "<stdin>", text: "from stdin é" },
    ]);
  });

  it("follows links within the directory that was named, in finite time, and none that leads out of it", async () => {
    const cwd = directoryOf({ "m/sub/a.yaml": "a", "elsewhere/b.yaml": "b" });
    symlinkSync("..", path.join(cwd, "m/sub/up"));
    symlinkSync("sub", path.join(cwd, "m/again"));
    symlinkSync("/", path.join(cwd, "m/root"));
    symlinkSync("../elsewhere/b.yaml", path.join(cwd, "m/b.yaml"));
    symlinkSync("../elsewhere", path.join(cwd, "m/out"));
    const { sources, hints, problems } = await loadPaths(["m"], { cwd });
    expect(sources.map(({ name }) => name)).toEqual(["m/again/a.yaml"]);
    expect(hints).toEqual([
      { type: "outside", path: "m/out" },
      { type: "outside", path: "m/root" },
    ]);
    // kubectl reads what a link to a file leads to, and follows none to a directory.
    expect(problems.map(({ unreadable, location }) => [unreadable, location?.file])).toEqual([[true, "m/b.yaml"]]);
    expect(await namesIn(cwd, "m/out")).toEqual(["m/out/b.yaml"]);
  });

  it("reports what it finds but cannot read, and refuses what is named", async () => {
    const cwd = directoryOf({ "m/a.yaml": "a" });
    symlinkSync("nowhere", path.join(cwd, "m/dangling.yaml"));
    symlinkSync("loop.yaml", path.join(cwd, "m/loop.yaml"));
    symlinkSync("nowhere", path.join(cwd, "m/no-manifest"));
    const { sources, problems } = await loadPaths(["m"], { cwd });
    expect(sources).toHaveLength(1);
    expect(problems).toMatchObject([
      { code: "unreadable-file", unreadable: true, location: { file: "m/dangling.yaml", line: 1, column: 1 } },
      { code: "unreadable-file", message: "too many links. It was not read", location: { file: "m/loop.yaml" } },
    ]);
    await expect(loadPaths(["m/no"], { cwd })).rejects.toThrow(
      'cannot read "m/no": there is no such file or directory',
    );
    await expect(loadPaths(["m/a.yaml/b"], { cwd })).rejects.toThrow("a part of the path is not a directory");
    await expect(loadPaths(["m/loop.yaml"], { cwd })).rejects.toMatchObject({ name: "UsageError" });
    await expect(loadPaths(["a\u0000b"], { cwd })).rejects.toMatchObject({ name: "UsageError" });
  });

  it.runIf(process.getuid?.() !== 0)("says when permission is denied", async () => {
    const cwd = directoryOf({ "m/a.yaml": "a", "m/d/b.yaml": "b" });
    chmodSync(path.join(cwd, "m/a.yaml"), 0);
    chmodSync(path.join(cwd, "m/d"), 0);
    const { problems } = await loadPaths(["m"], { cwd });
    chmodSync(path.join(cwd, "m/d"), 0o700);
    expect(problems.map(({ message }) => message)).toEqual(Array(2).fill("permission denied. It was not read"));
    await expect(loadPaths(["m/a.yaml"], { cwd })).rejects.toThrow("permission denied");
  });

  it("reads text as kubectl does: UTF-8, or UTF-16 with a byte order mark", async () => {
    const utf16 = Buffer.from("\uFEFFkind: é", "utf16le");
    const cwd = directoryOf({
      "bom.yaml": "\uFEFFkind: é",
      "le.yaml": utf16,
      "be.yaml": Buffer.from(utf16).swap16(),
      "latin1.yaml": Buffer.from("kind: é", "latin1"),
      "odd.yaml": Buffer.concat([utf16, Buffer.from("x")]),
      "sealed.yaml": Buffer.from("\0GITCRYPT\0\u00ff\u00fe", "latin1"),
    });
    const { sources, problems } = await loadPaths(["."], { cwd });
    expect(sources.map(({ name, text }) => `${name}: ${text}`)).toEqual([
      "be.yaml: kind: é",
      "bom.yaml: kind: é",
      "le.yaml: kind: é",
    ]);
    expect(problems.map(({ code, location }) => `${location?.file}: ${code}`)).toEqual([
      "latin1.yaml: not-utf8",
      "odd.yaml: not-utf8",
      "sealed.yaml: not-utf8",
    ]);
    expect(problems.at(-1)?.message).toContain("git-crypt unlock");
  });

  it("refuses a file that fits no string, without reading it", async () => {
    const cwd = directoryOf({ "m/huge.yaml": "" });
    truncateSync(path.join(cwd, "m/huge.yaml"), 600_000_000);
    const { problems, sources } = await loadPaths(["m"], { cwd });
    expect(sources).toEqual([]);
    expect(problems).toMatchObject([
      { code: "input-too-large", unreadable: true, message: expect.stringContaining("500 MB") },
    ]);
  });

  it.skipIf(process.platform === "win32")("skips pipes that it finds, reads one that is named", async () => {
    const cwd = directoryOf({ "m/a.yaml": "a" });
    execFileSync("mkfifo", [path.join(cwd, "m/pipe.yaml")]);
    expect(await namesIn(cwd, "m")).toEqual(["m/a.yaml"]);
    // "/dev/null" stands for what a shell makes of <(...): no regular file, but named.
    expect((await loadPaths(["/dev/null"], { cwd })).sources).toEqual([{ name: "/dev/null", text: "" }]);
  });

  it("knows directories without manifests, and all names of a kustomization", async () => {
    const cwd = directoryOf({ "m/k/Kustomization": "", "e/x.txt": "" });
    const { sources, hints } = await loadPaths(["m", "e"], { cwd });
    expect(hints).toEqual([{ type: "empty", path: "e" }]);
    expect(sources.map(({ name }) => name)).toEqual(["m/k/Kustomization"]);
  });
});

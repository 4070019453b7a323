import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { directoryOf, npa } from "./run.ts";

const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: open, namespace: shop }
spec:
  podSelector: {}
  ingress:
    - from:
        - ipBlock: { cidr: 0.0.0.0/0 }
`;

interface Log {
  readonly runs: readonly {
    readonly automationDetails: { readonly id: string };
    readonly tool: { readonly driver: { readonly rules: readonly { readonly help: { readonly text: string } }[] } };
    readonly results: readonly {
      readonly locations: readonly [
        { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } },
      ];
      readonly partialFingerprints: Readonly<Record<string, string>>;
    }[];
  }[];
}

async function sarif(argv: readonly string[], directory: string, stdin = ""): Promise<Log["runs"][number]> {
  const { stdout, stderr } = await npa(["analyze", ...argv, "-q", "-o", "sarif"], directory, { stdin });
  const log: Log = JSON.parse(stdout === "" ? stderr : stdout);
  const [run] = log.runs;
  if (run === undefined) throw new Error("no run");
  return run;
}

function uris({ results }: Log["runs"][number]): readonly string[] {
  return [...new Set(results.map(({ locations }) => locations[0].physicalLocation.artifactLocation.uri))];
}

describe("npa analyze -o sarif", () => {
  it("names files from the root of the git repository, wherever it runs", async () => {
    const root = directoryOf({ "deploy/k8s/open.yaml": policy });
    mkdirSync(path.join(root, ".git"));
    const run = await sarif(["k8s"], path.join(root, "deploy"));
    expect(uris(run)).toEqual(["deploy/k8s/open.yaml"]);
    expect(run.automationDetails.id).toBe("npa/deploy/k8s/");
    expect(uris(await sarif(["deploy"], root))).toEqual(["deploy/k8s/open.yaml"]);
    expect(uris(await sarif([path.join(root, "deploy")], "/"))).toEqual(["deploy/k8s/open.yaml"]);
  });

  it("names them from --sarif-root, and files outside by no path of this machine", async () => {
    const root = directoryOf({ "a/b/open.yaml": policy, "c/x.yaml": "" });
    expect(uris(await sarif(["a", "--sarif-root", "a"], root))).toEqual(["b/open.yaml"]);
    expect(uris(await sarif(["a", "--sarif-root", "c"], root))).toEqual(["outside-root/a/b/open.yaml"]);
    const refused = await npa(["analyze", "a", "-o", "sarif", "--sarif-root", "none"], root);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("--sarif-root none: there is no such directory");
  });

  it("resolves links, as git has them", async () => {
    const root = realpathSync(directoryOf({ "real/open.yaml": policy }));
    symlinkSync(path.join(root, "real"), path.join(root, "link"));
    expect(uris(await sarif(["link/open.yaml"], root))).toEqual(["real/open.yaml"]);
  });

  it("gives standard input a name, and every rule its page", async () => {
    const run = await sarif(["-"], directoryOf({}), policy);
    expect(uris(run)).toEqual(["stdin.yaml"]);
    expect(run.automationDetails.id).toBe("npa/stdin.yaml/");
    expect(run.tool.driver.rules.every(({ help }) => help.text.includes("How to fix it"))).toBe(true);
  });

  it("writes fingerprints as asked", async () => {
    const root = directoryOf({ "open.yaml": policy });
    const keys = async (kind: string): Promise<readonly string[]> => {
      const { results } = await sarif(["open.yaml", "--sarif-fingerprint", kind], root);
      return Object.keys(results[0]?.partialFingerprints ?? {});
    };
    expect(await keys("semantic")).toEqual(["npa/v1", "primaryLocationLineHash"]);
    expect(await keys("none")).toEqual(["npa/v1"]);
    expect(await npa(["analyze", "open.yaml", "--sarif-fingerprint", "x"], root)).toMatchObject({ code: 2 });
  });
});

describe("the other formats", () => {
  it("junit fails what the gate fails", async () => {
    const files = { "open.yaml": policy };
    const high = await npa(["analyze", "open.yaml", "-q", "-o", "junit"], files);
    expect(high.code).toBe(1);
    expect(high.stdout).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="npa" .*failures="[1-9]/);
    const never = await npa(["analyze", "open.yaml", "-q", "-o", "junit", "--fail-on", "never"], files);
    expect(never.stdout).toContain('failures="0"');
  });

  it("github annotates files by their path in the repository", async () => {
    const root = directoryOf({ "deploy/open.yaml": policy });
    mkdirSync(path.join(root, ".git"));
    const { stdout } = await npa(["analyze", "open.yaml", "-q", "-o", "github"], path.join(root, "deploy"));
    expect(stdout).toMatch(/^::error file=deploy\/open\.yaml,line=\d+/);
  });
});

describe("npa rules ID", () => {
  it("prints the page", async () => {
    const { code, stdout } = await npa(["rules", "missing-dns-egress"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^missing-dns-egress\nEgress isolation without DNS\n\nseverity  high\n/);
    expect(stdout).toContain("\nHow to fix it\nAllow UDP and TCP 53");
    expect((await npa(["rules", "missing-dns-egress", "-o", "markdown"])).stdout).toMatch(/^# missing-dns-egress\n/);
  });
});

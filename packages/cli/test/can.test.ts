import { describe, expect, it } from "vitest";
import { twoTiers, unknownLabel } from "./manifests.ts";
import { npa } from "./run.ts";

const files = { "a.yaml": twoTiers, "u.yaml": unknownLabel };

describe("npa can", () => {
  it("answers yes with the deciding rule and its place", async () => {
    const { code, stdout } = await npa(["can", "shop/web", "shop/db", "--port", "5432/TCP", "-f", "a.yaml"], files);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^yes {2}shop\/web\[Deployment\] to shop\/db\[Pod\] on 5432\/TCP$/m);
    expect(stdout).toMatch(/^egress {2}shop\/web\[Deployment\] is not isolated for egress/m);
    expect(stdout).toMatch(/a\.yaml:25:\d+ {2}NetworkPolicy shop\/db spec\.ingress\[0\]: TCP 5432/);
  });

  it("answers no with exit code 1 and the policy that blocks", async () => {
    const { code, stdout } = await npa(["can", "web", "db", "-n", "shop", "-p", "80", "-f", "a.yaml"], files);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^no {2}/);
    expect(stdout).toMatch(/blocked, no rule allows it/);
  });

  it("answers unknown with exit code 1 and the missing fact", async () => {
    const { code, stdout } = await npa(["can", "two/b", "one/a", "-f", "u.yaml"], files);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^unknown {2}/);
    expect(stdout).toContain("it depends on label team of namespace two");
    const json = await npa(["can", "two/b", "one/a", "-f", "u.yaml", "-o", "json"], files);
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: "Verdict",
      allowed: "unknown",
      because: [{ namespace: "two", label: "team" }],
    });
  });

  it("names the nearest workload for a name that is not there", async () => {
    const { code, stderr } = await npa(["can", "shop/wep", "shop/db", "-f", "a.yaml"], files);
    expect(code).toBe(2);
    expect(stderr).toBe('npa: no workload "shop/wep" in the input; did you mean shop/web?\n');
  });

  it.each(["can", "explain"])(
    "%s: an end that is not there may be in what was not read, which is said first",
    async (command) => {
      const files = {
        "a.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: x}\n---\nkind: Pod\n  b: [\n",
      };
      const { code, stderr } = await npa([command, "x/b", "x/a", "-f", "."], files);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^a\.yaml:6:4: error: not valid[^]*\nnpa: no workload "x\/b"/);
    },
  );

  it("wants -f, both ends, and a port", async () => {
    expect((await npa(["can", "a", "b"], files)).stderr).toContain("with -f");
    expect(await npa(["can", "a"], files)).toMatchObject({ code: 2, stderr: "npa: missing required argument 'dst'\n" });
    expect((await npa(["can", "shop/web", "shop/db", "-p", "http", "-f", "a.yaml"], files)).code).toBe(2);
  });
});

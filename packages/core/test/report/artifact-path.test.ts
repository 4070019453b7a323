import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { artifactPath, objectPath, relativeUri, rootedPath } from "../../src/report/artifact-path.ts";

describe("artifactPath", () => {
  it.each([
    ["k8s/web.yaml", "k8s/web.yaml"],
    ["./k8s//./web.yaml", "k8s/web.yaml"],
    ["k8s/../web.yaml", "web.yaml"],
    ["k8s\\web.yaml", "k8s/web.yaml"],
    ["../../shared/web.yaml", "outside-root/shared/web.yaml"],
    ["a/../../web.yaml", "outside-root/web.yaml"],
    ["/home/me/secret/web.yaml", "outside-root/web.yaml"],
    ["C:\\Users\\me\\web.yaml", "outside-root/web.yaml"],
    ["<stdin>", "stdin.yaml"],
    ["", "file"],
    ["..", "outside-root"],
  ])("%s is %s", (file, path) => {
    expect(artifactPath(file)).toBe(path);
  });

  it("asks where the file is in the repository", () => {
    expect(artifactPath("web.yaml", (name) => `deploy/${name}`)).toBe("deploy/web.yaml");
    expect(artifactPath("web.yaml", () => "../x/web.yaml")).toBe("outside-root/x/web.yaml");
    expect(rootedPath(".", () => "")).toBe("");
  });
});

describe("objectPath", () => {
  it("is one step for each part of the identity, whatever is in it", () => {
    expect(objectPath({ apiVersion: "v1", kind: "Pod", namespace: "a/b", name: "../x" })).toBe(
      "objects/a-b/pod/..-x.yaml",
    );
    expect(objectPath({ apiVersion: "v1", kind: "Namespace", name: "shop" })).toBe(
      "objects/cluster/namespace/shop.yaml",
    );
  });
});

describe("relativeUri", () => {
  it("encodes what a URI does not take", () => {
    expect(relativeUri("a b/ü#?%.yaml")).toBe("a%20b/%C3%BC%23%3F%25.yaml");
  });

  it("reads back to the path", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (path) => {
        expect(decodeURIComponent(relativeUri(path))).toBe(path);
      }),
      { numRuns: 200 },
    );
    expect(relativeUri("\uD800")).toBe("%EF%BF%BD");
  });
});

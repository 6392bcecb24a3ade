import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { publicPackages, root } from "./testing/src/packages.ts";

/**
 * Imports with side effects: the Node backend and gradients register themselves, as in TensorFlow.js; a worker starts.
 */
const sideEffects: Record<string, string[]> = {
  backend: [
    "./src/platform/gradients.node.ts",
    "./src/platform/gradients.web.ts",
    "./dist/gradients.node.js",
    "./dist/gradients.web.js",
  ],
  "backend-onnxruntime": [
    "./src/index.ts",
    "./src/worker/module-worker.ts",
    "./dist/index.js",
    "./dist/module-worker.js",
  ],
  bertkit: [
    "./src/data/data-worker.ts",
    "./src/platform/pipeline-worker.ts",
    "./dist/data-worker.js",
    "./dist/pipeline-worker.js",
  ],
  tokenizer: ["./src/parallel/encode-worker.ts", "./dist/encode-worker.js"],
};

describe.each(publicPackages)("packages/$folder/package.json", ({ folder, path, manifest }) => {
  test("has description and author fields", () => {
    expect(manifest.name).toBe(folder === "bertkit" ? "bertkit" : `@bertkit/${folder}`);
    expect(manifest.description).toMatch(/\.$/);
    expect(manifest.license).toBe("Apache-2.0");
    expect(manifest.repository).toMatchObject({ type: "git", directory: `packages/${folder}` });
    expect(manifest.homepage).toBe(`https://github.com/bertkit/bertkit/tree/main/packages/${folder}#readme`);
    expect(manifest.bugs).toBe("https://github.com/bertkit/bertkit/issues");
    expect(manifest.keywords).toContain("bertkit");
  });

  test("is tree-shakeable ESM for Node 20.19, and only ships built files", () => {
    expect(manifest).toMatchObject({
      type: "module",
      sideEffects: sideEffects[folder] ?? false,
      files: ["dist"],
      engines: { node: ">=20.19" },
    });
    expect(manifest.publishConfig?.access).toBe("public");
  });

  test("exports sources here, and the matching built files when published", () => {
    const { exports, publishConfig } = manifest;
    expect(Object.keys(publishConfig?.exports ?? {})).toEqual(Object.keys(exports));
    expect(exports["./package.json"]).toBe("./package.json");
    for (const [name, source] of Object.entries(exports)) {
      if (name === "./package.json") continue;
      const built = publishConfig?.exports[name];
      expect(source, name).toMatch(/^\.\/src\/.+\.ts$/);
      expect(Object.keys(built as object), name).toEqual(["types", "default"]);
      const file = name === "." ? "index" : name.slice(2);
      expect(built, name).toEqual({ types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` });
    }
  });

  test("selects matching files by condition here and when published", () => {
    const { imports = {}, publishConfig } = manifest;
    const tensorFlow = Object.keys(publishConfig?.imports ?? {}).filter((name) => name.startsWith("#tfjs-"));
    expect(Object.keys(publishConfig?.imports ?? {})).toEqual([...Object.keys(imports), ...tensorFlow]);
    for (const [name, files] of Object.entries(imports)) {
      const file = name.slice(1);
      expect(files).toEqual({ node: `./src/platform/${file}.node.ts`, default: `./src/platform/${file}.web.ts` });
      expect(publishConfig?.imports?.[name]).toEqual({
        node: `./dist/${file}.node.js`,
        default: `./dist/${file}.web.js`,
      });
      for (const source of Object.values(files)) expect(existsSync(join(path, source)), source).toBe(true);
    }
  });

  test("requires TensorFlow.js in Node when published, and imports it in bundlers", () => {
    const files = Object.entries(manifest.publishConfig?.imports ?? {}).filter(([name]) => name.startsWith("#tfjs-"));
    const usesCore = manifest.peerDependencies?.["@tensorflow/tfjs-core"] !== undefined;
    expect(files.some(([name]) => name === "#tfjs-core")).toBe(usesCore);
    for (const [name, conditions] of files) {
      const target = `@tensorflow/${name.slice(1)}`;
      // Bundlers have the condition "module"; in Bun and Deno an import and a require can give two modules.
      expect(Object.entries(conditions)).toEqual([
        ["bun", target],
        ["deno", target],
        ["module", target],
        ["node", `./dist/${name.slice(1)}.node.js`],
        ["default", target],
      ]);
    }
  });

  test("has no dependency with an install script", () => {
    expect(folder === "backend-onnxruntime" || !("onnxruntime-node" in (manifest.dependencies ?? {}))).toBe(true);
    expect(manifest.dependencies ?? {}).not.toHaveProperty(["@bertkit/backend-onnxruntime"]);
  });

  test("has TensorFlow.js as a peer, so that there is only one copy", () => {
    const peers = manifest.peerDependencies ?? {};
    for (const name of ["@tensorflow/tfjs", "@tensorflow/tfjs-core"]) {
      expect(manifest.dependencies ?? {}).not.toHaveProperty([name]);
      if (peers[name] !== undefined) expect(peers[name]).toBe("^4.22.0");
    }
  });
});

test("changesets give all packages the same version", () => {
  const { fixed } = JSON.parse(readFileSync(join(root, ".changeset/config.json"), "utf8")) as { fixed: string[][] };
  expect(fixed).toHaveLength(1);
  expect(fixed[0]?.toSorted()).toEqual(publicPackages.map(({ manifest }) => manifest.name).toSorted());
});

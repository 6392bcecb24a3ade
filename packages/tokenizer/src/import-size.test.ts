import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

type Esbuild = {
  build(options: object): Promise<{ outputFiles: { contents: Uint8Array }[] }>;
};

// The bundler of tsup.
const require = createRequire(import.meta.url);
const { build } = createRequire(require.resolve("tsup"))("esbuild") as Esbuild;

const entryPoints = ["", "dialects/", "alignment/", "windows/", "parts/", "files/"]
  .map((folder) => `export * from "./${folder}index.ts";`)
  .join("");

async function gzipped(contents: string, external: string[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    external,
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

test.each([
  ["the package", `export * from "./index.ts"`, 9_970],
  ["the package and all entry points except workers and training", entryPoints, 17_700],
  ["training alone", `export * from "./training/index.ts"`, 6_500],
])("the import of %s stays small", async (_, contents, budget) => {
  expect(await gzipped(contents, ["*/tables.ts", "*/dialect-tables.ts"])).toBeLessThanOrEqual(budget);
});

test.each([
  ["the package", `export * from "./index.ts"`, 11_080],
  ["the package and all entry points except workers and training", entryPoints, 20_300],
])("the import of %s with its Unicode tables stays small", async (_, contents, budget) => {
  expect(await gzipped(contents, [])).toBeLessThanOrEqual(budget);
});

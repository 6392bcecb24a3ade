import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

type Esbuild = {
  build(options: object): Promise<{ outputFiles: { contents: Uint8Array }[] }>;
};

// The bundler that tsup builds with.
const require = createRequire(import.meta.url);
const { build } = createRequire(require.resolve("tsup"))("esbuild") as Esbuild;

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
  ["the package", `export * from "./index.ts"`, 12_500],
  ["the package and files", `export * from "./index.ts"; export * from "./files/index.ts"`, 16_000],
  ["training alone", `export * from "./training/index.ts"`, 6_000],
])("the import of %s stays small", async (_, contents, budget) => {
  expect(await gzipped(contents, ["*/tables.ts"])).toBeLessThanOrEqual(budget);
  // The Unicode tables are 4 kB more.
  expect(await gzipped(contents, [])).toBeLessThanOrEqual(budget + 4_000);
});

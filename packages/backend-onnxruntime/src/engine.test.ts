import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, it } from "vitest";

/** Everything but the sessions and their setup: a page runs it with its own sessions. */
const engine = [
  "backend.ts",
  "compile/compile.ts",
  "export/trace-to-onnx.ts",
  "kernels/register-kernels.ts",
  "run/executor.ts",
  "web/index.ts",
];

it("is bundled for a page with nothing of Node in it", async () => {
  const { outputFiles, metafile, warnings } = await build({
    stdin: {
      contents: engine.map((file, i) => `export * as part${i} from "./${file}";`).join("\n"),
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    bundle: true,
    external: ["@tensorflow/*"],
    format: "esm",
    metafile: true,
    platform: "browser", // importing a Node module would throw
    write: false,
  });
  expect(warnings).toEqual([]);
  const files = Object.keys(metafile.inputs);
  for (const file of engine) expect(files.some((name) => name.endsWith(`/${file}`))).toBe(true);
  expect(files.filter((name) => /\/native\/|\/worker\/|\.node\.ts$|onnxruntime-node/.test(name))).toEqual([]);
  expect(outputFiles[0]!.text).not.toMatch(/\b(Buffer|process|require)\b\s*[.(]/);
});

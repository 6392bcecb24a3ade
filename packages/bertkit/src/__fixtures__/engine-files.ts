import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The paths of onnxruntime-web's files by their paths on a site, in /ort/. */
export function engineFiles(): Map<string, string> {
  const engine = createRequire(createRequire(import.meta.url).resolve("@bertkit/backend-onnxruntime/package.json"));
  const folder = dirname(engine.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));
  const names = readdirSync(folder).filter((name) => /\.(mjs|wasm)$/.test(name));
  return new Map(names.map((name) => [`/ort/${name}`, join(folder, name)]));
}

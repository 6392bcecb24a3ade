import { readFileSync } from "node:fs";
import { transform } from "esbuild";

/** A program of src/programs in JavaScript, its imports of packages as they are. */
export async function program(name: string, format: "esm" | "cjs" = "esm"): Promise<string> {
  const { code } = await transform(source(name), { loader: "ts", format, target: "es2022", platform: "node" });
  return format === "esm" ? code : code.replaceAll("./program.js", "./program.cjs");
}

/** The same as it is written. */
export function source(name: string): string {
  return readFileSync(new URL(`programs/${name}.ts`, import.meta.url), "utf8");
}

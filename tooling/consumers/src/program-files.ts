import { readFileSync } from "node:fs";
import { transform } from "esbuild";

/** A program of src/programs compiled to JavaScript, with unchanged package imports. */
export async function program(name: string, format: "esm" | "cjs" = "esm"): Promise<string> {
  const { code } = await transform(source(name), { loader: "ts", format, target: "es2022", platform: "node" });
  return format === "esm" ? code : code.replaceAll("./program.js", "./program.cjs");
}

/** The TypeScript source of the program. */
export function source(name: string): string {
  return readFileSync(new URL(`programs/${name}.ts`, import.meta.url), "utf8");
}

import { readFileSync } from "node:fs";
import { env } from "@huggingface/transformers";
import ts from "typescript";
// @boundaries-ignore packs and installs the packages as the checks do
import { openWorkshop } from "../../../tooling/consumers/src/workshop.ts";

/**
 * Import, load and one text, each in a process of its own, in a project where the packed packages and transformers.js are
 * installed: building and packing take minutes (BERTKIT_TARBALLS names a folder of tarballs that exist). Milliseconds by
 * contender, in the order of the rounds; the contenders alternate, and the first round, which fills the system's cache of
 * files, does not count.
 */
export async function firstResults(folder: string, rounds: number): Promise<Record<string, number[]>> {
  const source = readFileSync(new URL("./first-result.ts", import.meta.url), "utf8");
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } }); // prettier-ignore
  const workshop = await openWorkshop();
  try {
    const line = `npm install bertkit @bertkit/backend @bertkit/backend-onnxruntime @tensorflow/tfjs-core @huggingface/transformers@${env.version} --ignore-scripts`;
    const project = await workshop.install("first-results", line);
    project.write({ "first-result.mjs": outputText });
    const times: Record<string, number[]> = { bertkit: [], "bertkit without canary": [], "transformers.js": [] };
    for (let round = 0; round <= rounds; round++)
      for (const [name, own] of Object.entries(times)) {
        const printed = await project.run("node", "first-result.mjs", name, folder);
        const [milliseconds] = JSON.parse(printed.trim().split("\n").at(-1)!) as [number, number];
        if (round > 0) own.push(milliseconds);
      }
    return times;
  } finally {
    workshop.close();
  }
}

import { spawn, spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Embed } from "./contenders.ts";

/**
 * sentence-transformers' `encode` in a separate process, in batches of 32 sorted by length; undefined without the package.
 */
export async function sentenceTransformers(folder: string): Promise<Record<string, Embed>> {
  const python = process.env["BERTKIT_PYTHON"] ?? "python3";
  const probe = spawnSync(python, ["-c", "import sentence_transformers"], { encoding: "utf8" });
  if (probe.status !== 0) {
    process.stderr.write(`sentence-transformers is skipped: ${python} cannot import it. Set BERTKIT_PYTHON.\n`);
    return {};
  }
  const program = fileURLToPath(new URL("./sentence_transformers_peer.py", import.meta.url));
  const child = spawn(python, [program, folder, String(availableParallelism())], { stdio: ["pipe", "pipe", "ignore"] });
  const waiting: ((line: string) => void)[] = [];
  createInterface(child.stdout).on("line", (line) => waiting.shift()!(line));
  return {
    "sentence-transformers": async ({ texts, maxLength }) => {
      child.stdin.write(`${JSON.stringify({ texts, maxLength })}\n`);
      const line = await new Promise<string>((resolve) => waiting.push(resolve));
      const { vectors } = JSON.parse(line) as { vectors: number[][] };
      return vectors.map((vector) => Float32Array.from(vector));
    },
  };
}

// Opening and loading a BERT-base from disk into the Node backend: against reading the same bytes, the lower bound of
// any loader, and against transformers.js with the ONNX export of the same model. Each run is a separate process;
// contenders alternate, with a warm page cache. Compares the best time and the least memory of each.
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { modelFolder } from "./loading/model-folder.ts";

const names = [
  "read",
  "load",
  "fromPretrained",
  "fromPretrained, first output",
  "transformers.js",
  "transformers.js, first output",
] as const;
type Name = (typeof names)[number];
const rounds = 7;

interface Run {
  milliseconds: number;
  /** Peak memory, beyond that of the process before. */
  bytes: number;
  output?: number[];
}

const folder = await modelFolder();
const file = statSync(join(folder, "model.safetensors")).size;
for (const name of ["model.safetensors", "onnx/model.onnx"]) readFileSync(join(folder, name)); // into the page cache
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const program = fileURLToPath(new URL("./loading/contenders.ts", import.meta.url));

function run(name: Name): Run {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--import", tsx, program, name, folder], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`loading: ${name} exited with ${status}: ${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Run;
}

const runs = new Map<Name, Run[]>(names.map((name) => [name, []]));
for (let round = 1; round <= rounds; round++) {
  for (const name of names) runs.get(name)!.push(run(name));
  process.stderr.write(`round ${round}/${rounds} done\n`);
}

const [ours, theirs] = (["fromPretrained, first output", "transformers.js, first output"] as const).map(
  (name) => runs.get(name)![0]!.output!,
);
const difference = Math.max(...ours!.map((value, i) => Math.abs(value - theirs![i]!)));
if (!(difference < 1e-4)) throw new Error(`loading: the two models' outputs differ by ${difference}.`);

const best = (name: Name, key: "milliseconds" | "bytes"): number =>
  Math.min(...runs.get(name)!.map((each) => each[key]));
const results = names.map((name) => ({
  name,
  milliseconds: best(name, "milliseconds"),
  peakBytes: best(name, "bytes"),
  peakOfFile: Number((best(name, "bytes") / file).toFixed(3)),
}));
const ratio = (theirs: Name, ours: Name, key: "milliseconds" | "bytes"): number =>
  Number((best(theirs, key) / best(ours, key)).toFixed(2));
const ratios = {
  "load vs reading the file": ratio("read", "load", "milliseconds"),
  "load, memory vs the file's size": Number((file / best("load", "bytes")).toFixed(2)),
  "fromPretrained vs transformers.js": ratio("transformers.js", "fromPretrained", "milliseconds"),
  "fromPretrained vs transformers.js, memory": ratio("transformers.js", "fromPretrained", "bytes"),
  "first output vs transformers.js": ratio("transformers.js, first output", "fromPretrained, first output", "milliseconds"), // prettier-ignore
};

console.log(`BERT-base, ${(file / 1e6).toFixed(0)} MB of safetensors, page cache warm; best of ${rounds} processes`);
console.log("| | time | peak memory | relative to the file size |\n|---|---:|---:|---:|");
for (const { name, milliseconds, peakBytes, peakOfFile } of results)
  console.log(`| ${name} | ${milliseconds.toFixed(0)} ms | ${(peakBytes / 1e6).toFixed(0)} MB | ${peakOfFile} |`);
console.log(JSON.stringify({ bench: "loading", ratios, results }));
process.exit(0);

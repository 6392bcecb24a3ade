// Fine-tuning scores, compared with Hugging Face's: the same checkpoint, initial head weights, order and hyper-parameters,
// for several seeds. Results are kept in OUT, so that a stopped run resumes. usage: npm run bench -- fine-tuning-scores OUT
// [seeds=3] [task …]
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { useBackend } from "@bertkit/backend";
import { Rng } from "@bertkit/nn";
import { sharedData, sharedModels } from "@bertkit/testing";
import { type Outcome, ourSide, saveStart } from "./fine-tuning-scores/our-side.ts";
import { type Row, scoreTasks } from "./fine-tuning-scores/score-tasks.ts";

const [out = "fine-tuning-scores", seeds = "3", ...chosen] = process.argv.slice(2);
if (!sharedData || !sharedModels) throw new Error("fine-tuning-scores: needs the shared data and models.");
const python = process.env["BERTKIT_PYTHON"] ?? "python3";
const program = fileURLToPath(new URL("../../tooling/reference/fine_tuning_scores.py", import.meta.url));
const source = join(sharedModels, "all-MiniLM-L6-v2");
const names = chosen.length > 0 ? chosen : Object.keys(scoreTasks);

/** Writes a file atomically. */
async function write(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.tmp`, JSON.stringify(value));
  await rename(`${path}.tmp`, path);
}

const read = async <Value>(path: string): Promise<Value> => JSON.parse(await readFile(path, "utf8")) as Value;

await useBackend("node");
for (let seed = 0; seed < Number(seeds); seed++)
  for (const name of names) {
    const task = scoreTasks[name];
    if (!task) throw new Error(`fine-tuning-scores: no task ${name}. Use ${Object.keys(scoreTasks).join(", ")}.`);
    const folder = join(out, `${name}-${seed}`);
    const { train, evaluation } = await task.read(sharedData);
    if (!existsSync(join(folder, "run.json"))) {
      await mkdir(join(folder, "start"), { recursive: true });
      await saveStart(source, join(folder, "start"), task, seed);
      const order = Array.from({ length: task.epochs }, (_, epoch) => {
        const rows = Array.from(train.keys());
        new Rng(1000 * seed + epoch).shuffle(rows);
        return Array.from({ length: Math.ceil(rows.length / task.batchSize) }, (_, step) =>
          rows.slice(step * task.batchSize, (step + 1) * task.batchSize),
        );
      }).flat();
      await write(join(folder, "train.json"), train);
      await write(join(folder, "evaluation.json"), evaluation);
      const { kind, labels = [], maxLength, learningRate } = task;
      await write(join(folder, "run.json"), { kind, labels, maxLength, learningRate, seed, order });
    }
    const ours = join(folder, "bertkit.json");
    if (!existsSync(ours)) {
      const { order } = await read<{ order: number[][] }>(join(folder, "run.json"));
      await write(ours, await ourSide(join(folder, "start"), task, { train, evaluation }, order, seed));
    }
    if (!existsSync(join(folder, "hugging-face.json"))) {
      const { status } = spawnSync(python, [program, folder], { stdio: ["ignore", "ignore", "inherit"] });
      if (status !== 0) console.error(`Hugging Face is skipped: ${python} ${program} failed. Set BERTKIT_PYTHON.`);
    }
    console.log(`${name}, seed ${seed}: ${await line(folder, name)}`);
  }

async function outcome(folder: string, side: string): Promise<Outcome | undefined> {
  const path = join(folder, `${side}.json`);
  return existsSync(path) ? read<Outcome>(path) : undefined;
}

async function scored(folder: string, name: string, side: string): Promise<number | undefined> {
  const found = await outcome(folder, side);
  const rows = await read<Row[]>(join(folder, "evaluation.json"));
  return found && scoreTasks[name]!.scoreOf(found.predictions, rows);
}

async function line(folder: string, name: string): Promise<string> {
  const parts: string[] = [];
  for (const side of ["bertkit", "hugging-face"]) {
    const score = await scored(folder, name, side);
    const losses = (await outcome(folder, side))?.losses ?? [];
    const last = losses.slice(-20);
    const mean = last.reduce((sum, loss) => sum + loss, 0) / last.length;
    parts.push(`${side} ${score?.toFixed(4)} (first loss ${losses[0]?.toFixed(4)}, last ${mean.toFixed(4)})`);
  }
  return parts.join("; ");
}

console.log("\n| task | score | bertkit | Hugging Face | mean difference |\n|---|---|---:|---:|---:|");
for (const name of names) {
  const sides = { bertkit: [] as number[], "hugging-face": [] as number[] };
  for (let seed = 0; seed < Number(seeds); seed++)
    for (const side of ["bertkit", "hugging-face"] as const) {
      const score = await scored(join(out, `${name}-${seed}`), name, side);
      if (score !== undefined) sides[side].push(score);
    }
  const mean = (scores: readonly number[]): number => scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const shown = (scores: readonly number[]): string =>
    `${mean(scores).toFixed(3)} (${scores.map((score) => score.toFixed(3)).join(", ")})`;
  const difference = mean(sides.bertkit) - mean(sides["hugging-face"]);
  console.log(
    `| ${name} | ${scoreTasks[name]!.score} | ${shown(sides.bertkit)} | ${shown(sides["hugging-face"])} | ${difference.toFixed(3)} |`,
  );
}

// A page in a real Chromium, headless and cross-origin isolated: training steps and forward passes on the engine's wasm
// against tfjs-backend-wasm and jax-js, and texts a second against transformers.js on onnxruntime-web. All contenders
// get the same inputs, one after the other, and their fastest calls are compared; other libraries' with wrong results
// are listed, but not compared. `page train tiny webgpu` runs only
// this task, `page frames` counts the frames of a page while a worker trains. On a machine without a GPU, WebGPU runs
// on a software adapter. Needs Chromium.
// `page --node` runs the tasks of WebGPU in Node, on Dawn, also against onnxruntime-node's WebGPU; without a GPU,
// BERTKIT_ADAPTER=software takes Chromium's software adapter.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sharedModels } from "@bertkit/testing";
import { bertSizes } from "@bertkit/encoder";

import type { Contender, Measured, Task } from "./page/contender.ts";
import { openChromium } from "./page/in-chromium.ts";
import { contendInNode } from "./page/in-node.ts";
import { downloadSizes } from "./serve-page.ts";

const { values: options, positionals } = parseArgs({ options: { node: { type: "boolean" } }, allowPositionals: true });
const inNode = options.node === true;
const minilm = sharedModels === undefined || inNode ? undefined : join(sharedModels, "all-MiniLM-L6-v2");
const chromium = inNode ? undefined : await openChromium(minilm);

async function contend(contender: Contender, task: Task): Promise<Measured> {
  const measured = chromium === undefined ? contendInNode(contender, task) : await chromium.contend(contender, task);
  process.stderr.write(
    `${task.kind} ${task.size} ${task.rows} × ${task.length}: ${contender}, ${Math.min(...measured.milliseconds).toFixed(0)} ms\n`,
  );
  return measured;
}

const texts = sentences(64);
const onWebgpu: [Contender, number][] = [
  ["engine on webgpu", 4],
  ["tfjs on webgpu", 2],
  inNode ? ["onnxruntime-node on webgpu", 4] : ["tfjs on webgl", 2],
];
const ours: Contender[] = ["engine", "engine, 1 thread"];
const tasks: { task: Task; contenders: [Contender, number][] }[] = [
  { task: task("train", "tiny", 16), contenders: [...each(ours, 12), ["tfjs", 2], ["jax-js", 3]] },
  { task: task("train", "mini", 8), contenders: [...each(ours, 6), ["tfjs", 1]] },
  { task: task("train", "small", 4), contenders: each(ours, 4) },
  { task: task("train", "tiny", 16, "webgpu"), contenders: [...onWebgpu, ["jax-js on webgpu", 2]] },
  { task: task("forward", "tiny", 16, "webgpu"), contenders: onWebgpu },
  { task: task("forward", "tiny", 16), contenders: [...each(ours, 12), ["tfjs", 5]] },
  { task: task("forward", "mini", 16), contenders: [...each(ours, 8), ["tfjs", 3]] },
  ...(minilm === undefined
    ? []
    : [
        {
          task: { kind: "texts", size: "mini", device: "wasm", rows: texts.length, length: 0, calls: 0, texts } as Task,
          contenders: [...each(ours, 3), ["transformers.js", 3], ["tfjs", 1]] as [Contender, number][],
        },
      ]),
];

const results: {
  task: string;
  contender: Contender;
  milliseconds: number;
  firstMilliseconds: number;
  perSecond: number;
  gflops: number | undefined;
  matrixGflops: number | undefined;
  copiedBytes: number | undefined;
  readBytes: number | undefined;
  memoryBytes: number | undefined;
  reason: string;
}[] = [];
const ratios: Record<string, number> = {};
const [only, onlySize, onlyDevice = onlySize === undefined ? undefined : "wasm"] = positionals;
for (const { task, contenders } of tasks.filter(({ task: { device } }) => !inNode || device === "webgpu")) {
  const { kind, size, device, rows, length } = task;
  const chosen = [only ?? kind, onlySize ?? size, onlyDevice ?? device];
  if (chosen.join() !== [kind, size, device].join()) continue;
  const name = kind === "texts" ? "texts, MiniLM" : `${kind} ${size}, ${rows} × ${length}, ${device}`;
  const checks: number[][] = [];
  for (const [contender, calls] of contenders) {
    const { milliseconds, check, ...rest } = await contend(contender, { ...task, calls });
    checks.push(check);
    const fastest = Math.min(...milliseconds);
    results.push({
      task: name,
      contender,
      milliseconds: fastest,
      perSecond: (1000 / fastest) * task.rows,
      gflops: task.kind === "texts" ? undefined : floatingPointOperations(task) / fastest / 1e6,
      ...rest,
    });
  }
  const wrong = contenders.flatMap(([contender], i) => {
    const difference = Math.max(...checks[i]!.map((value, j) => Math.abs(value - checks[0]![j]!)));
    if (difference < 1e-3) return [];
    const text = `${name}: the loss or output of ${contender} differs from that of ${contenders[0]![0]} by ${difference}`;
    if (contender.startsWith("engine")) throw new Error(`page: ${text}.`);
    console.log(`${text}: not compared.`);
    return [contender];
  });
  const millisecondsOf = (contender: Contender): number =>
    results.findLast((result) => result.task === name && result.contender === contender)!.milliseconds;
  const engine = millisecondsOf(device === "webgpu" ? "engine on webgpu" : "engine");
  for (const [other] of contenders)
    if (!other.startsWith("engine") && !wrong.includes(other))
      ratios[`${name} vs ${other}`] = Number((millisecondsOf(other) / engine).toFixed(1));
}

let frames: { frames: number; steps: number } | undefined;
if (chromium !== undefined && (only === undefined || only === "frames")) {
  frames = await chromium.framesWhileTraining(10);
  process.stderr.write(`frames a second while a worker trains: ${frames.frames.toFixed(1)}\n`);
}

console.log(
  `${inNode ? "Node, on Dawn" : "Chromium, headless, cross-origin isolated"}; the best of the counted calls; rows of a batch × tokens; AdamW, vocabulary 30,522, no dropout`,
);
console.log(
  "| task | contender | ms | first call, ms | rows or texts a second | GFLOP/s | of its matrix rate | bytes copied in | bytes read back | memory, MB |\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
);
for (const { task, contender, gflops, matrixGflops, copiedBytes, readBytes, memoryBytes, ...times } of results) {
  const fraction = gflops === undefined || matrixGflops === undefined ? undefined : gflops / matrixGflops;
  const cells = [
    times.milliseconds.toFixed(1),
    times.firstMilliseconds.toFixed(0),
    times.perSecond.toFixed(1),
    gflops?.toFixed(2),
    fraction === undefined ? undefined : `${(100 * fraction).toFixed(0)} % of ${matrixGflops!.toFixed(1)}`,
    copiedBytes,
    readBytes,
    memoryBytes === undefined ? undefined : (memoryBytes / 1e6).toFixed(0),
  ];
  console.log(`| ${[task, contender, ...cells.map((cell) => cell ?? "")].join(" | ")} |`);
}
if (frames !== undefined)
  console.log(
    `frames a second of the page while a worker pretrains BERT-tiny, 16 × 64: ${frames.frames.toFixed(1)}; steps a second: ${frames.steps.toFixed(2)}`,
  );
const downloads = inNode ? undefined : downloadSizes();
if (downloads !== undefined) console.log("| file that a page downloads | bytes | gzipped |\n|---|---:|---:|");
for (const [file, { bytes, gzipped }] of Object.entries(downloads ?? {}))
  console.log(`| ${file} | ${bytes} | ${gzipped} |`);
console.log(JSON.stringify({ bench: "page", ratios, frames, downloads, results }));
await chromium?.close();
process.exit(0);

function each(contenders: readonly Contender[], calls: number): [Contender, number][] {
  return contenders.map((contender) => [contender, calls]);
}

function task(kind: Task["kind"], size: Task["size"], rows: number, device: Task["device"] = "wasm"): Task {
  return { kind, size, device, rows, length: 64, calls: 0 };
}

/**
 * Floating-point operations of a call's matrix products, which are nearly all of them; a backward pass has two products
 * for each of the forward pass.
 */
function floatingPointOperations({ kind, size, rows, length }: Task): number {
  const { hiddenSize, hiddenLayers, intermediateSize } = bertSizes[size];
  const tokens = rows * length;
  const layer = 2 * tokens * hiddenSize * (4 * hiddenSize + 2 * intermediateSize + 2 * length);
  const forward = hiddenLayers * layer + 2 * rows * hiddenSize ** 2;
  if (kind === "forward") return forward;
  const predictions = rows * Math.round(length * 0.15);
  return 3 * (forward + 2 * predictions * hiddenSize * (hiddenSize + 30_522));
}

/** Sentences of 5 to 30 words. */
function sentences(count: number): string[] {
  const words =
    "the quick brown fox jumps over a lazy dog while many small birds sing in old trees near our river".split(" ");
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: 5 + ((i * 7) % 26) }, (__, k) => words[(i * 13 + k * k) % words.length]!).join(" "),
  );
}

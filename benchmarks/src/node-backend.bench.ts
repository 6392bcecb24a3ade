// The Node backend: training steps and forward passes of BERT, against
//   wasm      the same code on @tensorflow/tfjs-backend-wasm (small cases only: it is 80 times slower)
//   compiled  the forward pass through compile(fn): traced once, then replayed
//   bare      a hand-written graph for onnxruntime-node: the least time a forward pass can take
//   stock     Hugging Face BertForPreTraining and BertModel on PyTorch, eager (if installed)
//   gathered  the same with the decoder only on the masked positions, as in ours
//   inductor  `gathered` and BertModel under torch.compile, with --inductor
// Contenders alternate run by run, in alternating order; compares the medians of the counted runs. There is a pause
// before each run: PyTorch's OpenMP threads spin for a while after they worked, and would slow the next one.
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { useBackend } from "@bertkit/backend";
import { physicalCores } from "@bertkit/backend-onnxruntime";
import { compile } from "@bertkit/backend-onnxruntime/compile";
import { bertInputs, bertSizes, createBert, type BertConfig, type EncoderInputs } from "@bertkit/encoder";
import { dispose, inference, Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

import { BareBert } from "./peers/bare-bert.ts";
import { PytorchPeer } from "./peers/pytorch-peer.ts";
import { pretrainingRun } from "./pretraining-run.ts";
import { randomBatch } from "./random-batch.ts";

const { values: options } = parseArgs({
  options: {
    /** Parts of case names; a case without any of them is skipped. */
    only: { type: "string", default: "" },
    runs: { type: "string", default: "7" },
    inductor: { type: "boolean", default: false },
  },
});
const threads = physicalCores();
/** Milliseconds. */
const pause = 300;
const vocabularySize = 30_522;
const withoutDropout = { vocabularySize, hiddenDropout: 0, attentionDropout: 0 };

interface Case {
  name: string;
  what: "train" | "forward";
  config: BertConfig;
  batch: readonly [rows: number, tokens: number];
  wasm: boolean;
}

/** The size of all-MiniLM-L6-v2. */
const miniLm = { ...bertSizes.mini, hiddenLayers: 6, hiddenSize: 384, attentionHeads: 12, intermediateSize: 1536 };

function cases(): Case[] {
  const list: Case[] = [];
  for (const size of ["tiny", "mini", "small", "base"] as const) {
    for (const tokens of [128, 512]) {
      const rows = (size === "base" ? 1024 : 2048) / tokens;
      const config = { ...bertSizes[size], ...withoutDropout };
      list.push({
        name: `train ${size} ${rows}×${tokens}`,
        what: "train",
        config,
        batch: [rows, tokens],
        wasm: size === "tiny",
      });
    }
  }
  for (const [size, model] of [
    ["mini", bertSizes.mini],
    ["MiniLM", miniLm],
    ["base", bertSizes.base],
  ] as const) {
    for (const rows of [1, 32]) {
      for (const tokens of [16, 128, 512]) {
        if (size === "base" && rows * tokens > 4096) continue; // half a minute a run
        const config = { ...model, ...withoutDropout, pooler: false };
        list.push({
          name: `forward ${size} ${rows}×${tokens}`,
          what: "forward",
          config,
          batch: [rows, tokens],
          wasm: size === "mini" && rows === 1,
        });
      }
    }
  }
  const wanted = options.only.split(",").filter((part) => part !== "");
  return list.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
}

/** Can be run repeatedly; returns milliseconds. */
interface Contender {
  run(): Promise<number>;
  end(): Promise<void> | void;
}

function shapeOf([rows, length]: Case["batch"]) {
  return { rows, length, predictions: Math.round(length * 0.15), vocabularySize };
}

/** The forward pass recorded at every call, and on the Node backend also replayed, with one model as in a server. */
async function forwards(backend: "node" | "wasm", { config, batch }: Case): Promise<[name: string, Contender][]> {
  await useBackend(backend);
  const rng = new Rng(0);
  const encoder = createBert(config, rng);
  const forward = (inputs: EncoderInputs) => encoder.forward(inputs, inference).sequenceOutput;
  const contender = (call: typeof forward, end: () => void): Contender => ({
    async run() {
      await useBackend(backend);
      const inputs = randomBatch(shapeOf(batch), rng);
      const start = performance.now();
      const output = tf.tidy(() => call(bertInputs(inputs)));
      const values = await output.data();
      const milliseconds = performance.now() - start;
      if (!Number.isFinite(values[0])) throw new Error("node-backend: the output is not a number.");
      output.dispose();
      return milliseconds;
    },
    end,
  });
  const recorded = contender(forward, () => dispose(encoder));
  if (backend === "wasm") return [["wasm", recorded]];
  return [
    ["ours", recorded],
    ["compiled", contender(compile(forward), () => undefined)],
  ];
}

async function training(backend: "node" | "wasm", { config, batch }: Case): Promise<Contender> {
  await useBackend(backend);
  function* shapes() {
    for (;;) yield shapeOf(batch);
  }
  const { steps, end } = pretrainingRun(config, shapes());
  return {
    async run() {
      await useBackend(backend);
      return (await steps.next()).value!.milliseconds;
    },
    end,
  };
}

async function bare({ config, batch }: Case): Promise<Contender> {
  const model = await BareBert.create(config, threads);
  const ids = () => Int32Array.from({ length: batch[0] * batch[1] }, () => Math.floor(Math.random() * vocabularySize));
  return { run: () => model.run(ids(), batch), end: () => model.release() };
}

async function pytorch(
  peer: PytorchPeer,
  { what, config, batch }: Case,
  name: string,
  { gathered = false, compiled = false },
): Promise<Contender> {
  const predictions = Math.round(batch[1] * 0.15);
  await peer.prepare(name, { what, size: config, batch, predictions, gathered, compiled });
  return { run: () => peer.run(name), end: () => peer.drop(name) };
}

const peer = PytorchPeer.start(threads);
if (typeof peer === "string") console.log(peer);

async function contendersOf(one: Case): Promise<Map<string, Contender>> {
  const contenders = new Map<string, Contender>();
  for (const backend of one.wasm ? (["node", "wasm"] as const) : (["node"] as const)) {
    if (one.what === "train") contenders.set(backend === "node" ? "ours" : "wasm", await training(backend, one));
    else for (const [name, contender] of await forwards(backend, one)) contenders.set(name, contender);
  }
  if (one.what === "forward") contenders.set("bare", await bare(one));
  if (typeof peer === "string") return contenders;
  contenders.set("stock", await pytorch(peer, one, "stock", {}));
  if (one.what === "train") contenders.set("gathered", await pytorch(peer, one, "gathered", { gathered: true }));
  if (options.inductor)
    contenders.set("inductor", await pytorch(peer, one, "inductor", { gathered: true, compiled: true }));
  return contenders;
}

const median = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
const peers = ["ours", "compiled", "bare", "wasm", "stock", "gathered", "inductor"];
const results: { case: string; milliseconds: Record<string, number> }[] = [];
const ratios: Record<string, number> = {};
console.log(`${threads} threads; milliseconds, median of ${options.runs}\n| case | ${peers.join(" | ")} |`);
console.log(`|---|${peers.map(() => "---:|").join("")}`);
for (const one of cases()) {
  const contenders = await contendersOf(one);
  const times = new Map([...contenders.keys()].map((name) => [name, [] as number[]]));
  const warm = 4; // weights become constants after three runs
  for (let run = 0; run < warm + Number(options.runs); run++) {
    const inTurn = [...contenders];
    for (const [name, contender] of run % 2 === 0 ? inTurn : inTurn.toReversed()) {
      if (name === "wasm" && run >= 4) continue;
      await setTimeout(pause);
      const milliseconds = await contender.run();
      if (run >= warm || (name === "wasm" && run >= 2)) times.get(name)!.push(milliseconds);
    }
  }
  for (const contender of contenders.values()) await contender.end();
  const medians = Object.fromEntries([...times].map(([name, list]) => [name, median(list)]));
  results.push({ case: one.name, milliseconds: medians });
  for (const [name, value] of Object.entries(medians))
    if (name !== "ours") ratios[`${one.name} vs ${name}`] = Number((value / medians["ours"]!).toFixed(2));
  console.log(`| ${one.name} | ${peers.map((name) => medians[name]?.toFixed(1) ?? "").join(" | ")} |`);
}
if (typeof peer !== "string") peer.stop();
console.log(JSON.stringify({ bench: "node-backend", ratios, results }));
process.exit(0);

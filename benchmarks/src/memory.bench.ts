// Peak memory of pretraining BERT-base with AdamW, 8 rows, with batches of one length and of eight lengths in turn,
// against Hugging Face transformers on PyTorch with the decoder only on the masked positions, as in ours; and whether
// memory grows in a thousand steps of BERT-tiny. Every case runs in a separate process. A ratio above 1 means that ours
// needs less.
import { parseArgs } from "node:util";
import { useBackend } from "@bertkit/backend";
import { physicalCores, registerOnnxRuntime } from "@bertkit/backend-onnxruntime";
import { bertSizes } from "@bertkit/encoder";

import { inOwnProcess } from "./in-own-process.ts";
import { PytorchPeer } from "./peers/pytorch-peer.ts";
import { pretrainingRun } from "./pretraining-run.ts";

const { values: options } = parseArgs({ options: { alone: { type: "string" } } });
/** The end of a case's name if V8's garbage is collected within the step. */
const collecting = ", collectGarbage";
const rows = 8;
const vocabularySize = 30_522;

interface Case {
  size: "tiny" | "base";
  lengths: readonly number[];
  dropout: number;
  steps: number;
}

const eight = [128, 64, 96, 112, 80, 48, 32, 16];
const cases: Record<string, Case> = {
  "base, 128 tokens": { size: "base", lengths: [128], dropout: 0, steps: 6 },
  "base, 128 tokens, dropout 0.1": { size: "base", lengths: [128], dropout: 0.1, steps: 6 },
  "base, eight lengths, dropout 0.1": { size: "base", lengths: eight, dropout: 0.1, steps: 24 },
};
const growing = "tiny, eight lengths, dropout 0.1";
const thousand: Case = { size: "tiny", lengths: eight, dropout: 0.1, steps: 1000 };
const predictionsOf = (tokens: number): number => Math.max(1, Math.round(0.15 * tokens));

/** Peak resident memory so far in MiB, after every step. */
async function ours({ size, lengths, dropout, steps }: Case, collectGarbage: boolean): Promise<number[]> {
  registerOnnxRuntime({ collectGarbage });
  await useBackend("node");
  const config = { ...bertSizes[size], vocabularySize, hiddenDropout: dropout, attentionDropout: dropout };
  function* shapes() {
    for (let step = 0; step < steps; step++) {
      const length = lengths[step % lengths.length]!;
      yield { rows, length, predictions: predictionsOf(length) };
    }
  }
  const run = pretrainingRun(config, shapes()).steps;
  const peaks: number[] = [];
  for await (const _ of run) peaks.push(process.resourceUsage().maxRSS / 1024);
  return peaks;
}

async function pytorch({ size, lengths, dropout, steps }: Case): Promise<number[] | string> {
  const peer = PytorchPeer.start(physicalCores());
  if (typeof peer === "string") return peer;
  await peer.prepare("model", {
    what: "train",
    size: { ...bertSizes[size], vocabularySize, dropout },
    batch: [rows, 128],
    predictions: predictionsOf(128),
    gathered: true,
  });
  const peaks: number[] = [];
  for (let step = 0; step < steps; step++) {
    await peer.run("model", lengths[step % lengths.length]);
    peaks.push(await peer.peakMemory());
  }
  peer.stop();
  return peaks;
}

if (options.alone !== undefined) {
  const collectGarbage = options.alone.endsWith(collecting);
  const name = collectGarbage ? options.alone.slice(0, -collecting.length) : options.alone;
  console.log(JSON.stringify(await ours(cases[name] ?? thousand, collectGarbage)));
} else {
  const results: object[] = [];
  const ratios: Record<string, number> = {};
  console.log(
    "peak resident memory in MiB after the first step and after the last\n| case | ours | ours, collectGarbage | PyTorch |\n|---|---:|---:|---:|",
  );
  for (const [name, one] of Object.entries(cases)) {
    const own = inOwnProcess(import.meta.url, name);
    const collected = inOwnProcess(import.meta.url, name + collecting);
    const peer = await pytorch(one);
    const ends = (peaks: number[]) => `${peaks[0]!.toFixed(0)}, ${peaks.at(-1)!.toFixed(0)}`;
    console.log(`| ${name} | ${ends(own)} | ${ends(collected)} | ${typeof peer === "string" ? peer : ends(peer)} |`);
    results.push({ case: name, ours: own, collected, ...(typeof peer === "string" ? {} : { pytorch: peer }) });
    if (typeof peer === "string") continue;
    ratios[name] = Number((peer.at(-1)! / own.at(-1)!).toFixed(2));
    ratios[name + collecting] = Number((peer.at(-1)! / collected.at(-1)!).toFixed(2));
  }
  const peaks = inOwnProcess(import.meta.url, growing);
  const after = Object.fromEntries([10, 100, 500, 1000].map((step) => [step, Math.round(peaks[step - 1]!)]));
  console.log(
    `${growing}: ${Object.entries(after)
      .map(([step, peak]) => `${peak} MiB after ${step} steps`)
      .join(", ")}`,
  );
  results.push({ case: growing, ours: after });
  console.log(JSON.stringify({ bench: "memory", ratios, results }));
}

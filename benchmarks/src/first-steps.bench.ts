// The first pretraining steps of a process on the Node backend, compared with its later ones: graphs are compiled,
// memory is allocated, and JavaScript is cold. Against Hugging Face transformers on PyTorch with the decoder only on
// the masked positions, as in ours. Every case runs twice, in separate processes, and the second run counts, with its
// files in the page cache. Times still vary on a virtual machine, where touching a gigabyte for the first time took
// from 0.6 to 2.5 seconds, in PyTorch as in JavaScript. A ratio above 1 means that the first three steps together are
// faster here.
import { parseArgs } from "node:util";
import { useBackend } from "@bertkit/backend";
import { physicalCores } from "@bertkit/backend-onnxruntime";
import { bertSizes } from "@bertkit/encoder";

import { inOwnProcess } from "./in-own-process.ts";
import { PytorchPeer } from "./peers/pytorch-peer.ts";
import { pretrainingRun } from "./pretraining-run.ts";

const { values: options } = parseArgs({ options: { alone: { type: "string" } } });
const steps = 9;
/** Index of the first later step. */
const later = 4;
const cases = {
  "tiny 16×128": { size: bertSizes.tiny, batch: [16, 128] },
  "mini 16×128": { size: bertSizes.mini, batch: [16, 128] },
  "small 16×128": { size: bertSizes.small, batch: [16, 128] },
  "base 8×128": { size: bertSizes.base, batch: [8, 128] },
} as const;
type Case = (typeof cases)[keyof typeof cases];
const predictionsOf = (length: number): number => Math.round(0.15 * length);
const configOf = ({ size }: Case) => ({ ...size, vocabularySize: 30_522, hiddenDropout: 0, attentionDropout: 0 });

/** Milliseconds of each step. */
async function ours(one: Case): Promise<number[]> {
  await useBackend("node");
  const [rows, length] = one.batch;
  const shape = { rows, length, predictions: predictionsOf(length) };
  const times: number[] = [];
  for await (const { milliseconds } of pretrainingRun(configOf(one), Array(steps).fill(shape)).steps)
    times.push(milliseconds);
  return times;
}

async function pytorch(one: Case): Promise<number[] | string> {
  const peer = PytorchPeer.start(physicalCores());
  if (typeof peer === "string") return peer;
  const predictions = predictionsOf(one.batch[1]);
  await peer.prepare("model", {
    what: "train",
    size: configOf(one),
    batch: one.batch,
    predictions,
    gathered: true,
  });
  const times: number[] = [];
  for (let step = 0; step < steps; step++) times.push(await peer.run("model"));
  peer.stop();
  return times;
}

const sum = (times: readonly number[]): number => times.reduce((all, time) => all + time, 0);
const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;

if (options.alone !== undefined) {
  console.log(JSON.stringify(await ours(cases[options.alone as keyof typeof cases])));
} else {
  const results: object[] = [];
  const ratios: Record<string, number> = {};
  console.log(
    "milliseconds; later: the median from the fifth step on\n| case | who | steps 1 to 4 | later | first / later |",
  );
  console.log("|---|---|---:|---:|---:|");
  for (const [name, one] of Object.entries(cases) as [keyof typeof cases, Case][]) {
    const contenders = { ours: () => inOwnProcess(import.meta.url, name), PyTorch: () => pytorch(one) };
    const firsts: Partial<Record<string, number>> = {};
    for (const [who, run] of Object.entries(contenders)) {
      await run();
      const times = await run();
      if (typeof times === "string") {
        console.log(`| ${name} | ${who} | ${times} | | |`);
        continue;
      }
      const laterMedian = median(times.slice(later));
      const first = times.slice(0, later).map((time) => time.toFixed(0));
      console.log(
        `| ${name} | ${who} | ${first.join(", ")} | ${laterMedian.toFixed(0)} | ${(times[0]! / laterMedian).toFixed(2)} |`,
      );
      results.push({ case: name, who, milliseconds: times });
      firsts[who] = sum(times.slice(0, 3));
    }
    if (firsts["PyTorch"] !== undefined) ratios[name] = Number((firsts["PyTorch"] / firsts["ours"]!).toFixed(2));
  }
  console.log(JSON.stringify({ bench: "first-steps", ratios, results }));
}

// Pretraining, masked LM and next sentence with AdamW: tokens per second by size and length, against Hugging Face
// transformers on PyTorch with the decoder only on the masked positions, as in ours. Both have the same number of
// threads and run alternately. `-- tiny 128` runs one size and length.
import { useBackend } from "@bertkit/backend";
import { physicalCores } from "@bertkit/backend-onnxruntime";
import { bertSizes } from "@bertkit/encoder";

import { PytorchPeer } from "./peers/pytorch-peer.ts";
import { pretrainingRun } from "./pretraining-run.ts";

type Size = "tiny" | "mini" | "small" | "medium" | "base";
/** Rows of a batch of 128 tokens (a quarter of that for 512 tokens), and the number of timed runs. */
const plans: Record<Size, { rows: number; times: number }> = {
  tiny: { rows: 32, times: 12 },
  mini: { rows: 32, times: 8 },
  small: { rows: 32, times: 5 },
  medium: { rows: 16, times: 5 },
  base: { rows: 8, times: 4 },
};
const vocabularySize = 30_522;
const dropout = 0.1;
const [size, tokens] = process.argv.slice(2);
if (size !== undefined && !Object.hasOwn(plans, size))
  throw new Error(`pretraining: the size must be one of ${Object.keys(plans).join(", ")}, got ${size}.`);
const sizes = (size === undefined ? Object.keys(plans) : [size]) as Size[];
const lengths = tokens === undefined ? [128, 512] : [Number(tokens)];

const threads = physicalCores();
const peer = PytorchPeer.start(threads);
if (typeof peer === "string") console.log(peer);
await useBackend("node");

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

interface Result {
  size: Size;
  length: number;
  rows: number;
  ours: number;
  pytorch: number | undefined;
}

async function measure(name: Size, length: number): Promise<Result> {
  const { rows: baseRows, times } = plans[name];
  const rows = Math.max(1, Math.round((baseRows * 128) / length));
  const predictions = Math.round(0.15 * length) + 1;
  const config = { ...bertSizes[name], vocabularySize, hiddenDropout: dropout, attentionDropout: dropout };
  const shape = { rows, length, predictions };
  const warm = 2; // of ours, which compiles
  const run = pretrainingRun(
    config,
    Array.from({ length: times + warm }, () => shape),
  );
  if (typeof peer !== "string") {
    await peer.prepare("model", {
      what: "train",
      size: { ...bertSizes[name], vocabularySize, dropout },
      batch: [rows, length],
      predictions,
      gathered: true,
    });
    await peer.run("model");
  }
  const [own, other]: [number[], number[]] = [[], []];
  for (let i = -warm; i < times; i++) {
    const { value } = await run.steps.next();
    if (i < 0) continue;
    own.push(value!.milliseconds);
    if (typeof peer !== "string") other.push(await peer.run("model"));
  }
  await run.end();
  if (typeof peer !== "string") await peer.drop("model");
  const perSecond = (milliseconds: number[]): number => (1000 * rows * length) / median(milliseconds);
  return { size: name, length, rows, ours: perSecond(own), pytorch: other.length > 0 ? perSecond(other) : undefined };
}

console.log(
  `tokens per second, medians; AdamW, dropout ${dropout}, vocabulary ${vocabularySize.toLocaleString("en-US")}, ${threads} threads\n| size | batch | ours | PyTorch | ours / PyTorch |\n|---|---:|---:|---:|---:|`,
);
const results: Result[] = [];
for (const name of sizes)
  for (const length of lengths) {
    const result = await measure(name, length);
    results.push(result);
    const { rows, ours, pytorch } = result;
    const whole = (value: number | undefined): string =>
      value?.toLocaleString("en-US", { maximumFractionDigits: 0 }) ?? "";
    console.log(
      `| ${name} | ${rows} × ${length} | ${whole(ours)} | ${whole(pytorch)} | ${pytorch === undefined ? "" : (ours / pytorch).toFixed(2)} |`,
    );
  }
if (typeof peer !== "string") peer.stop();
const compared = results.filter(({ pytorch }) => pytorch !== undefined);
const ratios = Object.fromEntries(
  compared.map(({ size: name, rows, length, ours, pytorch }) => [
    `${name} ${rows} × ${length}`,
    Number((ours / pytorch!).toFixed(2)),
  ]),
);
console.log(JSON.stringify({ bench: "pretraining", ratios, threads, results }));
process.exit(0);

// The loss of 300 steps of pretraining, beside Hugging Face's BertForPreTraining on PyTorch: the same instances in the
// same order, initial weights and optimizer (google-research/bert's). BERT-tiny without dropout, 8 × 64 tokens of
// WikiText-2. Needs BERTKIT_PYTHON, the shared data, and writes docs/pretraining-loss.svg.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { useBackend } from "@bertkit/backend";
import { bertSizes, createBert } from "@bertkit/encoder";
import { Rng } from "@bertkit/nn";
import {
  createInstances,
  documentIds,
  maskedLmObjective,
  MaskedLmHead,
  nextSentenceObjective,
  NextSentenceHead,
  type PretrainingBatch,
  pretrainingBatches,
  pretrainingVocabulary,
  sumObjectives,
} from "@bertkit/pretraining";
import { sharedData } from "@bertkit/testing";
import { bertTokenizer, parseVocabulary } from "@bertkit/tokenizer";
import { adamW, googleWarmupDecay, train } from "@bertkit/training";
import { savePretrained } from "bertkit";

const [totalSteps, warmupSteps, batchSize, length, peak] = [300, 30, 8, 64, 2e-4];
const maxPredictions = 10;

if (sharedData === undefined) throw new Error("pretraining-curve: there is no shared data. Set BERTKIT_DATA.");
const vocabulary = parseVocabulary(await readFile(join(sharedData, "vocab", "bert-base-uncased", "vocab.txt"), "utf8"));
const tokenizer = bertTokenizer({ vocabulary });
const text = await readFile(join(sharedData, "corpora", "wikitext-2-raw.test.txt"), "utf8");
const documents = text.split(/\n(?= = [^=])/).map((article) => documentIds(article.split("\n"), tokenizer));
const instances = createInstances(
  documents.filter((document) => document.length > 0),
  {
    vocabulary: pretrainingVocabulary(tokenizer),
    maxSequenceLength: length,
    maxPredictionsPerSequence: maxPredictions,
    dupeFactor: 2,
  },
  new Rng(0),
);
const batches = [...pretrainingBatches(instances, { batchSize, length, maxPredictions })].slice(0, totalSteps);
if (batches.length < totalSteps) throw new Error(`pretraining-curve: ${batches.length} batches are too few.`);

await useBackend("node");
const rng = new Rng(0);
const config = { ...bertSizes.tiny, vocabularySize: vocabulary.size, hiddenDropout: 0, attentionDropout: 0 };
const encoder = createBert(config, rng);
const [maskedLm, nextSentence] = [new MaskedLmHead({ encoder, rng }), new NextSentenceHead({ encoder, rng })];
const objective = sumObjectives(maskedLmObjective(maskedLm), nextSentenceObjective(nextSentence));

const folder = await mkdtemp(join(tmpdir(), "bertkit-curve-"));
try {
  await savePretrained(join(folder, "initial"), {
    config: encoderConfig(),
    tokenizer,
    encoder,
    maskedLm,
    nextSentence,
  });
  await writeFile(join(folder, "batches.jsonl"), batches.map((batch) => `${JSON.stringify(rowsOf(batch))}\n`).join(""));
  const ours: number[] = [];
  const optimizer = adamW({ learningRate: googleWarmupDecay({ peak, warmupSteps, totalSteps }), dialect: "google" });
  const steps = train({
    model: [encoder, objective],
    batches,
    optimizer,
    rng,
    loss: (batch, context) => objective.loss(encoder, batch, context),
  });
  for await (const { step, loss } of steps) {
    ours.push(loss);
    if (step % 100 === 0) process.stderr.write(`bertkit, step ${step}\n`);
  }
  const theirs = await huggingFace();
  const apart = ours.map((loss, i) => Math.abs(loss - theirs[i]!));
  const worst = (upTo: number): number => Math.max(...apart.slice(0, upTo));
  console.log("| step | bertkit | BertForPreTraining | largest difference so far |\n|---:|---:|---:|---:|");
  for (const step of [1, 2, 10, 30, 31, 100, 200, 300])
    console.log(
      `| ${step} | ${ours[step - 1]!.toFixed(5)} | ${theirs[step - 1]!.toFixed(5)} | ${worst(step).toExponential(1)} |`,
    );
  const figure = fileURLToPath(new URL("../../docs/pretraining-loss.svg", import.meta.url));
  await writeFile(figure, svgOf(ours, theirs));
  console.log(
    JSON.stringify({
      bench: "pretraining-curve",
      ratios: {},
      results: { totalSteps, largestDifference: worst(totalSteps) },
    }),
  );
} finally {
  await rm(folder, { recursive: true });
}
process.exit(0);

function encoderConfig() {
  return {
    ...config,
    maxPositionEmbeddings: 512,
    typeVocabularySize: 2,
    layerNormEpsilon: 1e-12,
    initializerRange: 0.02,
  };
}

/** A batch as lists of rows, without the padding of predictions. */
function rowsOf(batch: PretrainingBatch): object {
  const rows = (values: Int32Array, width: number): number[][] =>
    Array.from({ length: batchSize }, (_, row) => [...values.subarray(row * width, (row + 1) * width)]);
  const counts = rows(Int32Array.from(batch.maskedWeights), maxPredictions).map((row) => row.filter(Boolean).length);
  const predictions = (values: Int32Array): number[][] =>
    rows(values, maxPredictions).map((row, i) => row.slice(0, counts[i]));
  return {
    ids: rows(batch.inputIds, length),
    mask: rows(batch.attentionMask, length),
    types: rows(batch.tokenTypeIds, length),
    positions: predictions(batch.maskedPositions),
    labels: predictions(batch.maskedIds),
    next: [...batch.nextSentenceLabels],
  };
}

async function huggingFace(): Promise<number[]> {
  const python = process.env["BERTKIT_PYTHON"] ?? "python3";
  const program = fileURLToPath(new URL("../../tooling/reference/pretraining_curve.py", import.meta.url));
  const args = [program, folder, String(peak), String(warmupSteps), String(totalSteps)];
  const child = spawn(python, args, { stdio: ["ignore", "pipe", "inherit"] });
  const losses: number[] = [];
  for await (const line of createInterface(child.stdout)) losses.push(Number(line));
  if (losses.length !== totalSteps)
    throw new Error(
      `pretraining-curve: ${python} gave ${losses.length} losses. Set BERTKIT_PYTHON to one with torch and transformers.`,
    );
  return losses;
}

/** Both curves, the second dashed on the first, and their difference below on a logarithmic scale. */
function svgOf(ours: readonly number[], theirs: readonly number[]): string {
  const [width, height, left, low] = [720, 300, 60, 110];
  const [min, max] = [Math.floor(Math.min(...ours)), Math.ceil(Math.max(...ours))];
  const x = (i: number): number => left + (i * (width - left - 20)) / (totalSteps - 1);
  const y = (loss: number): number => 20 + ((max - loss) * (height - 40)) / (max - min);
  const z = (difference: number): number => height + 20 + (-Math.log10(Math.max(difference, 1e-8)) * low) / 8;
  const line = (points: readonly number[]): string =>
    points.map((v, i) => `${x(i).toFixed(1)},${v.toFixed(1)}`).join(" ");
  const difference = ours.map((loss, i) => z(Math.abs(loss - theirs[i]!)));
  const label = (px: number, py: number, words: string, anchor = "end"): string =>
    `<text x="${px}" y="${py}" text-anchor="${anchor}">${words}</text>`;
  const grid = Array.from({ length: max - min + 1 }, (_, i) => min + i).map(
    (loss) =>
      `<line x1="${left}" x2="${width - 20}" y1="${y(loss)}" y2="${y(loss)}" stroke="#ddd"/>${label(left - 8, y(loss) + 4, String(loss))}`,
  );
  const powers = [0, -2, -4, -6, -8].map(
    (power) =>
      `<line x1="${left}" x2="${width - 20}" y1="${z(10 ** power)}" y2="${z(10 ** power)}" stroke="#ddd"/>${label(left - 8, z(10 ** power) + 4, `1e${power}`)}`,
  );
  const marks = [0, 100, 200, 300].map((step) =>
    label(x(Math.max(0, step - 1)), height + low + 40, String(step), "middle"),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height + low + 60}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${[...grid, ...powers, ...marks].join("\n")}
${label(width / 2, height + low + 56, "step", "middle")}
${label(width - 30, 40, "loss of bertkit (blue) and of BertForPreTraining (dashed)")}
${label(width - 30, height + 36, "difference of the losses")}
<polyline points="${line(ours.map(y))}" fill="none" stroke="#1f77b4" stroke-width="2.5"/>
<polyline points="${line(theirs.map(y))}" fill="none" stroke="#ff7f0e" stroke-width="1.2" stroke-dasharray="5 4"/>
<polyline points="${line(difference)}" fill="none" stroke="#555"/>
</svg>
`;
}

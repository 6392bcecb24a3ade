// Texts per second of feature extraction with mean pooling, including tokenization, on the Node backend: against
// transformers.js on the same weights, both with their default threads. The contenders alternate; the best round
// counts. With PyTorch also against sentence-transformers (BERTKIT_PYTHON names a Python that has it).
// usage: npm run bench -- inference [minilm|base] [sst2|goemotions|xquad|mrpc|first|quality] [ROUNDS] [TEXTS] [fp32|q8]
import { makeModel, type ModelName } from "./inference/models.ts";
import { firstResults } from "./inference/first-results.ts";
import { type Dtype, type Embed, ours, theirs } from "./inference/contenders.ts";
import { quality } from "./inference/quality.ts";
import { sentenceTransformers } from "./inference/sentence-transformers.ts";
import { textSets } from "./inference/texts.ts";

const [modelArgument = "minilm", setArgument, rounds = "3", maxTexts = "100000", dtypeArgument = "fp32"] =
  process.argv.slice(2);
const model = modelArgument as ModelName;
const dtype = dtypeArgument as Dtype;
const folder = await makeModel(model);
const batchSizes = [1, 8, 32];
/** Maximum difference between contenders: with q8, rounding depends on all texts of a batch. */
const tolerance = { fp32: 1e-3, q8: 0.3 }[dtype];

if (setArgument === undefined || setArgument === "first") await printFirstResults();
if (setArgument === undefined || setArgument === "quality") await quality(folder, Number(maxTexts));
const chosen = Object.keys(textSets).filter((name) => setArgument === undefined || name === setArgument);
if (chosen.length > 0) await rates();
process.exit(0);

async function rates(): Promise<void> {
  const contenders: Record<string, Embed> = {
    ...(await ours(model, dtype)),
    ...(await theirs(model, batchSizes, dtype)),
    ...(dtype === "fp32" && (await sentenceTransformers(folder))),
  };
  const names = Object.keys(contenders);
  const ratios: Record<string, number> = {};
  const results: Record<string, unknown>[] = [];
  console.log(`${model}, ${dtype}: texts per second, best of ${rounds} rounds`);
  console.log(`| | ${names.join(" | ")} | batches | one by one |\n|---|${"---:|".repeat(names.length + 2)}`);
  for (const key of chosen) {
    const whole = textSets[key]!();
    const set = { ...whole, texts: whole.texts.slice(0, Number(maxTexts)) };
    const best = Object.fromEntries(names.map((name) => [name, 0]));
    const some = { ...set, texts: set.texts.slice(0, 40) };
    const [expected, ...others] = await Promise.all(names.map((name) => contenders[name]!(some))); // warms up as well
    for (const [i, vectors] of others.entries()) compare(`${names[i + 1]} of ${set.name}`, vectors, expected!);
    for (let round = 0; round < Number(rounds); round++)
      for (const name of names) {
        const start = performance.now();
        await contenders[name]!(set);
        best[name] = Math.max(best[name]!, (1000 * set.texts.length) / (performance.now() - start));
      }
    const theirBest = Math.max(...batchSizes.map((size) => best[`transformers.js, batch ${size}`]!));
    const batches = best["bertkit"]! / theirBest;
    const alone = best["bertkit, one by one"]! / best["transformers.js, batch 1"]!;
    ratios[`${set.name}, batches`] = Number(batches.toFixed(2));
    ratios[`${set.name}, one by one`] = Number(alone.toFixed(2));
    results.push({ set: set.name, texts: set.texts.length, ...best });
    console.log(
      `| ${set.name} | ${names.map((name) => best[name]!.toFixed(0)).join(" | ")} | ${batches.toFixed(2)} | ${alone.toFixed(2)} |`,
    );
  }
  console.log(JSON.stringify({ bench: "inference", model, dtype, ratios, results }));
}

/** @throws if two contenders do not compute the same */
function compare(what: string, vectors: readonly Float32Array[], expected: readonly Float32Array[]): void {
  vectors.forEach((vector, i) =>
    vector.forEach((value, j) => {
      if (!(Math.abs(value - expected[i]![j]!) < tolerance))
        throw new Error(
          `inference: ${what} differs from the first contender in text ${i}: ${value}, ${expected[i]![j]}`,
        );
    }),
  );
}

async function printFirstResults(): Promise<void> {
  for (const [name, times] of Object.entries(await firstResults(folder, Number(rounds))))
    console.log(`${model}, first result of a process: ${name} ${Math.min(...times).toFixed(0)} ms (${times.map((time) => time.toFixed(0)).join(", ")})`); // prettier-ignore
}

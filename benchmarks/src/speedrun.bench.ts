// Minutes to 33.1 % held-out masked-LM accuracy: `npm run bench -- speedrun [RECORD] [SEED …]`. Rules:
// speedrun/README.md.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { useBackend } from "@bertkit/backend";
import { dispose } from "@bertkit/nn";
import { evaluatePretraining } from "@bertkit/pretraining";
import { fromPretrained, savePretrained } from "bertkit";

import { speedrunData, target, type SpeedrunModel, type SpeedrunRecord } from "./speedrun/task.ts";

const folder = fileURLToPath(new URL("./speedrun/records/", import.meta.url));
const names = (await readdir(folder)).map((file) => file.replace(/\.ts$/, "")).sort();
const [name = names.at(-1)!, ...seedTexts] = process.argv.slice(2);
const seeds = seedTexts.length > 0 ? seedTexts.map(Number) : [0, 1, 2];
if (!names.includes(name) || !seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0)) {
  console.error(`speedrun: needs one of the records ${names.join(", ")}, then whole numbers as seeds.`);
  process.exit(2);
}

const { record } = (await import(`./speedrun/records/${name}.ts`)) as { record: SpeedrunRecord };
await useBackend("node");
const data = await speedrunData();
console.log(`${name}: ${record.changed}`);

/** Measured on the model saved to and loaded from a Hugging Face folder, so that only what is saved counts. */
async function heldOutAccuracy(model: SpeedrunModel): Promise<{ accuracy: number; loss: number }> {
  const saved = await mkdtemp(join(tmpdir(), "bertkit-speedrun-"));
  await savePretrained(saved, { ...model, tokenizer: data.tokenizer });
  const loaded = await fromPretrained(saved);
  await rm(saved, { recursive: true });
  const { maskedLm } = await evaluatePretraining({
    encoder: loaded.encoder,
    maskedLm: loaded.maskedLm!,
    batches: data.heldOut,
  });
  loaded.dispose();
  return { accuracy: maskedLm!.accuracy.value, loss: maskedLm!.loss.value };
}

const results = [];
for (const seed of seeds) {
  let printedAt = -Infinity;
  const began = performance.now();
  const model = await record.train({
    ...data,
    seed,
    onStep(line) {
      if (performance.now() - printedAt < 10_000) return;
      process.stderr.write(`seed ${seed}: ${line}\n`);
      printedAt = performance.now();
    },
  });
  const minutes = (performance.now() - began) / 60_000;
  const { accuracy, loss } = await heldOutAccuracy(model);
  dispose(model);
  results.push({ seed, minutes: Number(minutes.toFixed(2)), accuracy: Number(accuracy.toFixed(4)), loss });
  console.log(
    `seed ${seed}: ${(100 * accuracy).toFixed(2)} % of the held-out masked tokens (loss ${loss.toFixed(3)}) after ${minutes.toFixed(1)} minutes`,
  );
}
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const accuracy = mean(results.map((result) => result.accuracy));
const minutes = mean(results.map((result) => result.minutes));
console.log(
  `${accuracy >= target ? "reached" : "not reached"}: ${(100 * accuracy).toFixed(2)} % of ${(100 * target).toFixed(1)} % after ${minutes.toFixed(1)} minutes, means of ${results.length}`,
);
console.log(
  JSON.stringify({
    bench: "speedrun",
    ratios: {},
    record: name,
    minutes,
    accuracy,
    reached: accuracy >= target,
    results,
  }),
);
process.exit(0);

// The reference process, with float64.mjs preloaded: all cases in double precision, with finite differences.
// usage: run-reference.ts FILE
import { writeFileSync } from "node:fs";
import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";

import { cases } from "./cases/index.ts";
import { build, evaluate } from "./evaluate.ts";
import { finiteDifferences, type Reference } from "./finite-differences.ts";

await tf.setBackend("cpu");
const probe = tf.scalar(1 / 3).dataSync()[0];
if (probe !== 1 / 3)
  throw new Error(`run-reference: needs double precision, got ${probe} for 1/3. Preload float64.mjs.`);

const references: Reference[] = [];
for (const parityCase of cases) {
  const result = await evaluate(parityCase);
  references.push({ ...result, derivatives: finiteDifferences(await build(parityCase), result.gradients) });
}
writeFileSync(process.argv[2]!, JSON.stringify(references));

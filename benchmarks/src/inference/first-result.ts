// A process for one contender: imports it, loads a model and embeds one text; prints the milliseconds from its start.
// usage: node first-result.mjs NAME FOLDER, as first-results.ts compiles it; NAME is bertkit, "bertkit without canary", which
// loads as a model that another library saved, or transformers.js
import { basename, dirname } from "node:path";

const [name, folder] = process.argv.slice(2) as [string, string];
const start = performance.now();
const text = "it 's a charming and often affecting journey .";
let first: number;
if (name.startsWith("bertkit")) {
  const { pipeline } = await import("bertkit");
  await (await import("@bertkit/backend")).useBackend("node"); // without a fallback to another backend
  const extract = await pipeline("feature-extraction", folder, { canary: name === "bertkit" });
  first = (await extract(text, { pooling: "mean" })).data[0]!;
} else {
  const { env, pipeline } = await import("@huggingface/transformers");
  env.allowRemoteModels = false;
  env.localModelPath = `${dirname(folder)}/`;
  const extract = await pipeline("feature-extraction", basename(folder), { dtype: "fp32", device: "cpu" });
  first = ((await extract(text, { pooling: "mean" })).data as Float32Array)[0]!;
}
console.log(JSON.stringify([performance.now() - start, first]));
process.exit(0);

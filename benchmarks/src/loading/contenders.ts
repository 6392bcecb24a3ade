// A process for one contender: reads or loads the benchmark's model folder, and prints one line of JSON with the time,
// the peak memory beyond that of the process before, and the first output, if any.
// usage: node contenders.ts NAME FOLDER
import { readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** The measured function; its result is kept until memory is measured. */
type Contender = (folder: string) => Promise<{ kept: unknown; output?: Float32Array }>;

/** A short text, so that both have loaded everything they need. */
export const inputIds = [101, 7592, 2088, 2003, 1037, 3231, 1012, 102];

/** Imports are not counted. */
const contenders: Record<string, () => Promise<Contender>> = {
  // The lower bound of any loader.
  read: async () => async (folder) => {
    const handle = await open(join(folder, "model.safetensors"));
    const { size } = await handle.stat();
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size;) at += (await handle.read(bytes, at, Math.min(size - at, 2 ** 30), at)).bytesRead;
    await handle.close();
    return { kept: bytes };
  },

  load: async () => {
    const { importVariables, openWeights } = await import("@bertkit/checkpoints");
    const { localFolder } = await import("@bertkit/checkpoints/node");
    const { bertNames, bertSizes, createBert, huggingFaceSpellings } = await import("@bertkit/encoder");
    const { withoutDraws } = await import("@bertkit/nn");
    await backend();
    return async (folder) => {
      const weights = await openWeights(localFolder(folder));
      const bert = createBert({ ...bertSizes.base, vocabularySize: 30_522 }, withoutDraws);
      await importVariables(bert, weights, bertNames, { eager: true, spellings: huggingFaceSpellings });
      await weights.close();
      return { kept: bert };
    };
  },

  fromPretrained: async () => {
    const { fromPretrained } = await import("bertkit");
    await backend();
    return async (folder) => ({ kept: await fromPretrained(folder) });
  },

  "fromPretrained, first output": async () => {
    const { fromPretrained, inference } = await import("bertkit");
    const tf = await backend();
    return async (folder) => {
      const { encoder } = await fromPretrained(folder);
      const { sequenceOutput } = encoder.forward({ inputIds: tf.tensor2d([inputIds], undefined, "int32") }, inference);
      return { kept: encoder, output: (await sequenceOutput.data()) as Float32Array };
    };
  },

  "transformers.js": async () => {
    const load = await transformersJs();
    return async (folder) => ({ kept: await load(folder) });
  },

  "transformers.js, first output": async () => {
    const load = await transformersJs();
    const { Tensor } = await import("@huggingface/transformers");
    return async (folder) => {
      const { model } = await load(folder);
      const int64 = (values: number[]) => new Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
      const ones = int64(inputIds.map(() => 1));
      const zeros = int64(inputIds.map(() => 0));
      const outputs = (await model({ input_ids: int64(inputIds), attention_mask: ones, token_type_ids: zeros })) as {
        last_hidden_state: { data: Float32Array };
      };
      return { kept: model, output: outputs.last_hidden_state.data };
    };
  },
};

async function backend() {
  const { useBackend } = await import("@bertkit/backend");
  await useBackend("node");
  return import("@tensorflow/tfjs-core");
}

async function transformersJs() {
  const { AutoModel, AutoTokenizer, env } = await import("@huggingface/transformers");
  env.allowRemoteModels = false;
  return async (folder: string) => {
    env.localModelPath = `${dirname(folder)}/`;
    const local = { dtype: "fp32", device: "cpu", local_files_only: true } as const;
    const model = await AutoModel.from_pretrained(basename(folder), local);
    return { model, tokenizer: await AutoTokenizer.from_pretrained(basename(folder), { local_files_only: true }) };
  };
}

/** Resident bytes, current and peak; Linux can reset the peak, elsewhere it covers the whole process. */
function memory(): { now: number; peak: number } {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    const kilobytes = (field: string): number => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)![1]);
    return { now: kilobytes("VmRSS") * 1024, peak: kilobytes("VmHWM") * 1024 };
  } catch {
    return { now: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1024 };
  }
}

function forgetPeak(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Not Linux: the peak includes what imports took.
  }
}

const [name, folder] = process.argv.slice(2) as [string, string];
const run = await contenders[name]!();
forgetPeak();
const before = memory().now;
const start = performance.now();
const { kept, output } = await run(folder);
const milliseconds = performance.now() - start;
const bytes = memory().peak - before;
if (kept === undefined) throw new Error(`loading: ${name} returned nothing.`);
console.log(JSON.stringify({ milliseconds, bytes, output: output && Array.from(output.subarray(0, 16)) }));
process.exit(0);

import { join } from "node:path";
import { type AutoModel, AutoTokenizer, env, mean_pooling, pipeline as theirPipeline } from "@huggingface/transformers";
import { pipeline } from "bertkit";
import { modelsFolder, type ModelName } from "./models.ts";
import type { TextSet } from "./texts.ts";

export type Dtype = "fp32" | "q8";

/** The mean vectors of all texts of a set, in order. */
export type Embed = (set: TextSet) => Promise<Float32Array[]>;

/** This library: with its defaults, and one text after another. */
export async function ours(model: ModelName, dtype: Dtype): Promise<Record<string, Embed>> {
  const extract = await pipeline("feature-extraction", join(modelsFolder, model), { dtype });
  const vectors = ({ data, dims }: { data: Float32Array; dims: readonly number[] }): Float32Array[] =>
    Array.from({ length: dims[0]! }, (_, i) => data.subarray(i * dims[1]!, (i + 1) * dims[1]!));
  return {
    "bertkit, one by one": async ({ texts, maxLength }) => {
      const results: Float32Array[] = [];
      for (const text of texts)
        results.push(...vectors(await extract([text], { pooling: "mean", max_length: maxLength })));
      return results;
    },
    bertkit: async ({ texts, maxLength }) => vectors(await extract(texts, { pooling: "mean", max_length: maxLength })),
  };
}

/** transformers.js with batches of several sizes: its pipeline, or for pairs and limits, which that lacks, its parts. */
export async function theirs(
  model: ModelName,
  batchSizes: readonly number[],
  dtype: Dtype,
): Promise<Record<string, Embed>> {
  env.allowRemoteModels = false;
  env.localModelPath = `${modelsFolder}/`;
  const local = { dtype, device: "cpu", local_files_only: true } as const;
  const extract = await theirPipeline("feature-extraction", model, local);
  const tokenizer = await AutoTokenizer.from_pretrained(model, { local_files_only: true });
  const network = extract.model as Awaited<ReturnType<typeof AutoModel.from_pretrained>>;
  const embedBatch = async ({ texts, maxLength }: TextSet): Promise<Float32Array[]> => {
    let result: { data: unknown; dims: number[] };
    if (maxLength === 512 && texts.every((text) => typeof text === "string"))
      result = await extract(texts as string[], { pooling: "mean" });
    else {
      const pairs = texts.map((text) => (typeof text === "string" ? [text] : text));
      const inputs = tokenizer(
        pairs.map(([text]) => text!),
        {
          ...(pairs[0]!.length === 2 && { text_pair: pairs.map(([, pair]) => pair!) }),
          padding: true,
          truncation: true,
          max_length: maxLength,
        },
      ) as unknown as Encoded;
      endWithSeparator(inputs, BigInt(tokenizer.sep_token_id!));
      const { last_hidden_state } = (await network(inputs)) as unknown as { last_hidden_state: never };
      result = mean_pooling(last_hidden_state, inputs.attention_mask as never);
    }
    const [count, size] = result.dims as [number, number];
    return Array.from({ length: count }, (_, i) => (result.data as Float32Array).subarray(i * size, (i + 1) * size));
  };
  return Object.fromEntries(
    batchSizes.map((batchSize) => [
      `transformers.js, batch ${batchSize}`,
      async (set) => {
        const results: Float32Array[] = [];
        for (let start = 0; start < set.texts.length; start += batchSize)
          results.push(...(await embedBatch({ ...set, texts: set.texts.slice(start, start + batchSize) })));
        return results;
      },
    ]),
  );
}

interface Encoded {
  /** [rows, tokens] */
  readonly input_ids: { readonly data: BigInt64Array; readonly dims: readonly number[] };
  readonly attention_mask: { readonly data: BigInt64Array };
}

/** transformers.js truncates the final [SEP] too; the Rust tokenizers and bertkit keep it. */
function endWithSeparator({ input_ids: { data, dims }, attention_mask: mask }: Encoded, separator: bigint): void {
  for (let last = dims[1]! - 1; last < data.length; last += dims[1]!)
    if (mask.data[last] === 1n) data[last] = separator;
}

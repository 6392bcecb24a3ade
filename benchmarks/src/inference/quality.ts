import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { variables } from "@bertkit/nn";
import { spearman } from "@bertkit/metrics";
import { sharedData } from "@bertkit/testing";
import { fromPretrained, pipeline } from "bertkit";
import type { Dtype } from "./contenders.ts";

/** Effects of rounding to q8: cosines to fp32 and Spearman's correlation over STS-B dev, sizes of files and weights. */
export async function quality(folder: string, maxPairs: number): Promise<void> {
  if (!sharedData) throw new Error("inference: needs the shared data; set BERTKIT_DATA to its folder.");
  await useBackend("node");
  const lines = readFileSync(join(sharedData, "glue/STS-B/dev.tsv"), "utf8").trim().split("\n").slice(1);
  const rows = lines.slice(0, maxPairs).map((line) => line.split("\t"));
  const scores = rows.map((fields) => Number(fields[9]));
  const texts = rows.flatMap((fields) => [fields[7]!, fields[8]!]);
  const results = { fp32: await vectorsOf(folder, texts, "fp32"), q8: await vectorsOf(folder, texts, "q8") };
  const [fp32, q8] = [results.fp32.vectors, results.q8.vectors];
  const cosines = fp32.map((vector, i) => dot(vector, q8[i]!)).sort((a, b) => a - b);
  console.log(
    `cosine of q8 to fp32 over ${texts.length} texts of STS-B dev: smallest ${cosines[0]!.toFixed(4)}, mean ${(cosines.reduce((sum, value) => sum + value, 0) / cosines.length).toFixed(4)}`,
  );
  for (const [dtype, { vectors, weightBytes }] of Object.entries(results)) {
    const similarities = scores.map((_, i) => dot(vectors[2 * i]!, vectors[2 * i + 1]!));
    const file = join(folder, "onnx", dtype === "q8" ? "model_quantized.onnx" : "model.onnx");
    console.log(
      `${dtype}: Spearman ${spearman(similarities, scores).toFixed(4)}, weights ${megabytes(weightBytes)} MB, ONNX file ${megabytes(statSync(file).size)} MB`,
    );
  }
}

async function vectorsOf(
  folder: string,
  texts: readonly string[],
  dtype: Dtype,
): Promise<{ vectors: Float32Array[]; weightBytes: number }> {
  const model = await fromPretrained(folder, { dtype });
  let weightBytes = 0;
  for (const [, variable] of variables(model)) weightBytes += bytesOf(variable);
  const extract = await pipeline("feature-extraction", model);
  const { data, dims } = await extract(texts, { pooling: "mean", normalize: true });
  const vectors = texts.map((_, i) => data.slice(i * dims[1]!, (i + 1) * dims[1]!));
  extract.dispose();
  model.dispose();
  return { vectors, weightBytes };
}

/** The bytes of a variable in the backend's memory. */
function bytesOf({ dataId, size }: { dataId: object; size: number }): number {
  const { quantized } = dataId as { quantized?: Record<"bytes" | "scales", { type: { bytes: number } }> };
  return quantized === undefined ? 4 * size : quantized.bytes.type.bytes + quantized.scales.type.bytes;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

import { callable, checkObjects, checkOptions, checkTensor, checkValue } from "@bertkit/checks";
import { bertInputs, type EncoderInputs } from "@bertkit/encoder";
import type { EncodedRow } from "@bertkit/tokenizer";
import * as tf from "@tensorflow/tfjs-core";
import { type InputOptions, padRows } from "./encode-inputs.ts";
import { predictRules, questionRules } from "../option-rules.ts";

/** Options for predictions in batches. */
export interface PredictOptions extends InputOptions {
  /** Rows per batch. Default 32. */
  readonly batchSize?: number;
}

/**
 * Runs `predict` on batches of rows of similar length, and returns each row's numbers in the order of the rows.
 * `predict` is called in `tf.tidy` and returns a tensor [rows, ...]. Leaves no tensors.
 */
export async function predictRows(
  rows: readonly EncodedRow[],
  paddingId: number,
  predict: (inputs: EncoderInputs) => tf.Tensor,
  options: PredictOptions = {},
): Promise<Float32Array[]> {
  checkOptions("predictRows", options, predictRules, Object.keys(questionRules));
  checkObjects("predictRows", "rows", rows, "an encoded row", "ids");
  checkValue("predictRows", "predict", predict, callable, "Pass (inputs) => head.predict(inputs).");
  const { batchSize = 32 } = options;
  const order = Array.from(rows.keys()).sort((a, b) => rows[b]!.ids.length - rows[a]!.ids.length);
  const results: Float32Array[] = [];
  for (let start = 0; start < order.length; start += batchSize) {
    const chosen = order.slice(start, start + batchSize);
    const batch = padRows(
      chosen.map((row) => rows[row]!),
      paddingId,
      options,
    );
    const output = tf.tidy(() => predict(bertInputs(batch)));
    checkTensor("predictRows", "what predict gives", output);
    const values = (await output.data()) as Float32Array;
    output.dispose();
    const size = values.length / chosen.length;
    chosen.forEach((row, i) => (results[row] = values.slice(i * size, (i + 1) * size)));
  }
  return results;
}

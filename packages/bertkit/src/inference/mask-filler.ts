import { type Encoder, type EncoderInputs, forwardAt } from "@bertkit/encoder";
import { padRows } from "@bertkit/heads";
import { inference } from "@bertkit/nn";
import { largestValues, type MaskedLmScorer } from "@bertkit/pretraining";
import type { EncodedRow } from "@bertkit/tokenizer";
import * as tf from "@tensorflow/tfjs-core";
import { ModelFunction } from "./model-function.ts";
import { batchCost, type RunOptions } from "./row-runner.ts";
import { stopIfAborted } from "./stop-if-aborted.ts";
import { tokenBatches } from "./token-batches.ts";

/** A mask of a row, and its most probable ids, best first. */
export interface MaskedPlace {
  readonly position: number;
  readonly candidates: readonly { readonly id: number; readonly score: number }[];
}

interface Inputs extends EncoderInputs {
  /** The positions of each row's masks, padded with 0 to the row with the most masks: int32 [batch, count]. */
  readonly positions: tf.Tensor2D;
  /** The masks among the positions: indices into [batch · count], int32 [1, masks]. */
  readonly places: tf.Tensor2D;
}

const axes = { 0: "batch", 1: "tokens" };
const dynamicAxes = {
  inputIds: axes,
  attentionMask: axes,
  tokenTypeIds: axes,
  positions: { 0: "batch", 1: "count" },
  places: { 1: "masks" },
};

/** Runs a masked language model at the masks of any number of rows. */
export class MaskFiller {
  readonly #function: ModelFunction<Inputs>;
  readonly #ids: { readonly padding: number; readonly mask: number };

  constructor(encoder: Encoder, head: MaskedLmScorer, ids: { readonly padding: number; readonly mask: number }) {
    this.#ids = ids;
    this.#function = new ModelFunction(({ positions, places, ...inputs }) => {
      const vectors = forwardAt(encoder, inputs, positions, inference); // [batch, count, size]
      const flat = tf.reshape(vectors, [1, -1, encoder.hiddenSize]) as tf.Tensor3D; // [1, batch · count, size]
      return tf.softmax(head.forward(flat, places)); // [masks, vocabulary]
    }, dynamicAxes);
  }

  /** Predicts each row's masks, in the order of the rows, each mask independently. Leaks no tensor. */
  async run(
    rows: readonly EncodedRow[],
    topK: number,
    options: Omit<RunOptions, "skipPadding"> = {},
  ): Promise<MaskedPlace[][]> {
    const anySize = await this.#function.takesAnySize();
    const {
      batchTokens = anySize ? 1024 : Infinity,
      batchSize = 32,
      lengthMultiple = anySize ? 1 : 32,
      maxLength,
      signal,
    } = options;
    const filled: MaskedPlace[][] = rows.map(() => []);
    const limits = { lengthMultiple, ...(maxLength !== undefined && { maxLength }) };
    const lengths = rows.map(({ ids }) => ids.length);
    const batches = tokenBatches(lengths, { batchTokens, batchSize, ...limits, ...(anySize && { batchCost }) });
    for (const chosen of batches) {
      if (signal !== undefined) await stopIfAborted(signal);
      const { inputIds, attentionMask, tokenTypeIds, shape } = padRows(
        chosen.map((row) => rows[row]!),
        this.#ids.padding,
        limits,
      );
      const masks = chosen.map((_, row) => this.#masksOf(inputIds.subarray(row * shape[1], (row + 1) * shape[1])));
      const count = Math.max(...masks.map(({ length }) => length));
      if (count === 0) continue;
      const positions = new Int32Array(chosen.length * count);
      masks.forEach((own, row) => positions.set(own, row * count));
      const places = masks.flatMap((own, row) => own.map((_, i) => row * count + i));
      const tensor = (values: Int32Array): tf.Tensor2D => tf.tensor2d(values, [...shape], "int32");
      const inputs = {
        inputIds: tensor(inputIds),
        attentionMask: tensor(attentionMask),
        tokenTypeIds: tensor(tokenTypeIds),
        positions: tf.tensor2d(positions, [chosen.length, count], "int32"),
        places: tf.tensor2d(places, [1, places.length], "int32"),
      };
      const probabilities = await this.#function.numbers(inputs, batches.length > 1);
      const size = probabilities.length / places.length;
      places.forEach((place, i) => {
        const row = chosen[Math.floor(place / count)]!;
        const candidates = largestValues(probabilities.subarray(i * size, (i + 1) * size), topK);
        filled[row]!.push({ position: positions[place]!, candidates });
      });
    }
    return filled;
  }

  #masksOf(ids: Int32Array): number[] {
    return Array.from(ids.keys()).filter((position) => ids[position] === this.#ids.mask);
  }

  /** Frees compiled graphs, not the model. */
  dispose(): void {
    this.#function.dispose();
  }
}

import type { Encoder, EncoderInputs } from "@bertkit/encoder";
import { padRows } from "@bertkit/heads";
import { inference } from "@bertkit/nn";
import { largestValues, type MaskedLmScorer } from "@bertkit/pretraining";
import type { EncodedRow } from "@bertkit/tokenizer";
import * as tf from "@tensorflow/tfjs-core";
import { ModelFunction } from "./model-function.ts";
import type { RunOptions } from "./row-runner.ts";
import { stopIfAborted } from "./stop-if-aborted.ts";
import { tokenBatches } from "./token-batches.ts";

/** A mask of a row, and its most probable ids, best first. */
export interface MaskedPlace {
  readonly position: number;
  readonly candidates: readonly { readonly id: number; readonly score: number }[];
}

interface Inputs extends EncoderInputs {
  /** int32 [1, masks]: indices into [batch · tokens] */
  readonly places: tf.Tensor2D;
}

const axes = { 0: "batch", 1: "tokens" };
const dynamicAxes = { inputIds: axes, attentionMask: axes, tokenTypeIds: axes, places: { 1: "masks" } };

/** Runs a masked language model at the masks of any number of rows. */
export class MaskFiller {
  readonly #function: ModelFunction<Inputs>;
  readonly #ids: { readonly padding: number; readonly mask: number };

  constructor(encoder: Encoder, head: MaskedLmScorer, ids: { readonly padding: number; readonly mask: number }) {
    this.#ids = ids;
    this.#function = new ModelFunction(({ places, ...inputs }) => {
      const { sequenceOutput } = encoder.forward(inputs, inference); // [batch, tokens, size]
      const flat = tf.reshape(sequenceOutput, [1, -1, sequenceOutput.shape[2]]) as tf.Tensor3D; // [1, batch · tokens, size]
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
    const lengths = rows.map(({ ids }) => ids.length);
    for (const chosen of tokenBatches(lengths, { batchTokens, batchSize })) {
      if (signal !== undefined) await stopIfAborted(signal);
      const { inputIds, attentionMask, tokenTypeIds, shape } = padRows(
        chosen.map((row) => rows[row]!),
        this.#ids.padding,
        { lengthMultiple, ...(maxLength !== undefined && { maxLength }) },
      );
      const masks = Array.from(inputIds.keys()).filter((place) => inputIds[place] === this.#ids.mask);
      if (masks.length === 0) continue;
      const tensor = (values: Int32Array): tf.Tensor2D => tf.tensor2d(values, [...shape], "int32");
      const probabilities = await this.#function.numbers({
        inputIds: tensor(inputIds),
        attentionMask: tensor(attentionMask),
        tokenTypeIds: tensor(tokenTypeIds),
        places: tf.tensor2d(masks, [1, masks.length], "int32"),
      });
      const size = probabilities.length / masks.length;
      masks.forEach((place, i) => {
        const row = chosen[Math.floor(place / shape[1])]!;
        const candidates = largestValues(probabilities.subarray(i * size, (i + 1) * size), topK);
        filled[row]!.push({ position: place % shape[1], candidates });
      });
    }
    return filled;
  }

  /** Frees compiled graphs, not the model. */
  dispose(): void {
    this.#function.dispose();
  }
}

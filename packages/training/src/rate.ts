import { callable, checkOptions, checkValue, number, required, wholeNumber, type Rules } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { changeEach, type Transform } from "./transform.ts";

/** What the learning rate is multiplied by for a variable, by its path. */
export type RateOf = (path: string) => number;

/**
 * Multiplies each change by the step's learning rate.
 *
 * @param rateOf multiplies the rate of each variable. Default: 1 for all
 * @throws in `update`, if it gives no number of at least 0
 */
export function scaleByRate(rateOf?: RateOf): Transform {
  if (rateOf === undefined) return changeEach((change, _, { learningRate }) => tf.mul(change, learningRate));
  checkValue("scaleByRate", "rateOf", rateOf, callable, "Pass (path) => what to multiply its rate by.");
  return changeEach((change, path, { learningRate }) => {
    const factor = rateOf(path);
    checkValue("scaleByRate", `rateOf("${path}")`, factor, number({ from: 0 }), "Pass 1 for the rate itself.");
    return tf.mul(change, learningRate * factor);
  });
}

export interface LayerwiseRatesOptions {
  /** Number of the encoder's layers. */
  readonly layers: number;
  /** By how much the rate falls from a layer to the one below. ELECTRA's small model has 0.8, the base 0.9. */
  readonly decay: number;
}

const rules: Rules<LayerwiseRatesOptions> = {
  layers: required(wholeNumber(1)),
  decay: required(number({ above: 0, to: 1 })),
};

/**
 * Layer-wise rate decay for fine-tuning, as ELECTRA's: heads train at the rate itself, each layer of the encoder
 * at `decay` times the rate of the one above, and the embeddings at the lowest.
 * Source: google-research/electra, model/optimization.py, `_get_layer_lrs`.
 */
export function layerwiseRates(options: LayerwiseRatesOptions): RateOf {
  checkOptions("layerwiseRates", options, rules);
  const { layers, decay } = options;
  return (path) => decay ** (layers + 2 - depthOf(path, layers));
}

/** 0 for embeddings, i + 1 for layer i, layers + 1 for the pooler, layers + 2 for all else. */
function depthOf(path: string, layers: number): number {
  const layer = /(?:^|\.)layers\.(\d+)\./.exec(path)?.[1];
  if (layer !== undefined) return Number(layer) + 1;
  if (/(?:^|\.)embeddings\./.test(path)) return 0;
  return /(?:^|\.)pooler\./.test(path) ? layers + 1 : layers + 2;
}

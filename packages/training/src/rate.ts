import {
  callable,
  checkOptions,
  checkText,
  checkValue,
  number,
  required,
  wholeNumber,
  type Rules,
} from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";

import { changeEach, type Transform } from "./transform.ts";

/** A factor for a variable's learning rate, by its path. */
export type RateOf = (path: string) => number;

/**
 * Multiplies each change by the step's learning rate.
 *
 * @param rateOf the factor of each variable's learning rate. Default: 1 for all
 * @throws in `update`, if a factor is not a number of at least 0
 */
export function scaleByRate(rateOf?: RateOf): Transform {
  if (rateOf === undefined) return changeEach((change, _, { learningRate }) => tf.mul(change, learningRate));
  checkValue("scaleByRate", "rateOf", rateOf, callable, "Pass (path) => a factor of its learning rate.");
  const factorOf = (path: string): number => {
    const factor = rateOf(path);
    checkValue("scaleByRate", `rateOf("${path}")`, factor, number({ from: 0 }), "Pass 1 for no change.");
    return factor;
  };
  return {
    check: (changes) => [...changes.keys()].forEach(factorOf),
    ...changeEach((change, path, { learningRate }) => tf.mul(change, learningRate * factorOf(path))),
  };
}

export interface LayerwiseRatesOptions {
  /** Number of encoder layers. */
  readonly layers: number;
  /** Ratio of a layer's rate to that of the layer above. 0.8 for ELECTRA-small, 0.9 for ELECTRA-base. */
  readonly decay: number;
}

const rules: Rules<LayerwiseRatesOptions> = {
  layers: required(wholeNumber(1)),
  decay: required(number({ above: 0, to: 1 })),
};

/**
 * Layer-wise learning rate decay for fine-tuning, as in ELECTRA: heads train at the full rate, each encoder layer at
 * `decay` times the rate of the layer above, and the embeddings at the lowest rate. Source: google-research/electra,
 * model/optimization.py, `_get_layer_lrs`.
 */
export function layerwiseRates(options: LayerwiseRatesOptions): RateOf {
  checkOptions("layerwiseRates", options, rules);
  const { layers, decay } = options;
  return (path) => decay ** (layers + 2 - depthOf(path, layers));
}

/** 0 for embeddings, i + 1 for layer i, layers + 1 for the pooler, layers + 2 for all else. */
function depthOf(path: string, layers: number): number {
  checkText("layerwiseRates", "path", path, "Pass a variable's path.");
  const layer = /(?:^|\.)layers\.(\d+)\./.exec(path)?.[1];
  if (layer !== undefined) return Number(layer) + 1;
  if (/(?:^|\.)embeddings\./.test(path)) return 0;
  return /(?:^|\.)pooler\./.test(path) ? layers + 1 : layers + 2;
}

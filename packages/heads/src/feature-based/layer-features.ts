import { arrayOf, checkOptions, object, oneOf, required, wholeNumber, type Rules } from "@bertkit/checks";
import type { Encoder, EncoderInputs, EncoderOutputs } from "@bertkit/encoder";
import type { Context } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

/** Options of `LayerFeatures`. */
export interface LayerFeaturesOptions<E extends Encoder = Encoder> {
  readonly encoder: E;
  /** Blocks from 1, 0 for the embeddings, or from the end: −1 is the last block. Default the last four. */
  readonly layers?: readonly number[];
  /** Default "concat". */
  readonly combine?: "concat" | "sum";
}

const rules: Rules<LayerFeaturesOptions> = {
  encoder: required(object("an encoder", "forward")),
  layers: arrayOf("layer indices", wholeNumber(Number.MIN_SAFE_INTEGER)),
  combine: oneOf(["concat", "sum"]),
};

/**
 * An encoder whose output is the concatenation or sum of several layers' vectors, for heads that read token vectors.
 * With a frozen encoder, this is the paper's feature-based approach (Devlin et al., 2018, section 5.3 and table 7).
 */
export class LayerFeatures<E extends Encoder = Encoder> implements Encoder {
  readonly encoder: E;
  readonly layers: readonly number[];
  readonly combine: "concat" | "sum";
  /** It has no pooled vector. */
  readonly hasPooler = false;

  /** @throws RangeError without a layer */
  constructor(options: LayerFeaturesOptions<E>) {
    checkOptions("LayerFeatures", options, rules as Rules<LayerFeaturesOptions<E>>);
    const { encoder, layers = [-4, -3, -2, -1], combine = "concat" } = options;
    if (layers.length === 0)
      throw new RangeError("LayerFeatures: needs at least one layer, got none. Pass layers such as [-4, -3, -2, -1].");
    this.encoder = encoder;
    this.layers = [...layers];
    this.combine = combine;
  }

  /** The encoder's hidden size, times the number of layers if concatenated. */
  get hiddenSize(): number {
    return this.encoder.hiddenSize * (this.combine === "concat" ? this.layers.length : 1);
  }

  get maxTokens(): number | undefined {
    return this.encoder.maxTokens;
  }

  /**
   * `sequenceOutput` float32 [batch, tokens, hiddenSize]. @throws RangeError for a layer that the encoder does not have
   */
  forward(inputs: EncoderInputs, context: Context): EncoderOutputs {
    const sequenceOutput = tf.tidy(() => {
      const { hiddenStates = [] } = this.encoder.forward(inputs, context, { hiddenStates: true });
      const chosen = this.layers.map((layer) => {
        const vectors = hiddenStates.at(layer);
        if (vectors !== undefined) return vectors;
        throw new RangeError(
          `LayerFeatures: the encoder has layers 0 to ${hiddenStates.length - 1}, got ${layer}. Use one of these, or −1 for the last, −2 and so on.`,
        );
      });
      return this.combine === "concat" ? (tf.concat(chosen, 2) as tf.Tensor3D) : (tf.addN(chosen) as tf.Tensor3D);
    });
    return { sequenceOutput };
  }
}

import * as tf from "@tensorflow/tfjs-core";
import { attentionMask, type AttentionMask } from "@bertkit/ops";
import { type Context, recompute } from "@bertkit/nn";

import type { TokenEmbeddings } from "./bert-embeddings.ts";
import type { Encoder, EncoderInputs, EncoderOutputs, EncoderRequest } from "./encoder.ts";
import type { EncoderBlock } from "./encoder-block.ts";
import type { Pooler } from "./pooler.ts";

export interface BertEncoderParts<Embeddings extends TokenEmbeddings, Block extends EncoderBlock> {
  hiddenSize: number;
  embeddings: Embeddings;
  layers: Block[];
  pooler?: Pooler | undefined;
  /** Start value of `BertEncoder.checkpoint`. Default false. */
  checkpoint?: boolean;
}

/**
 * Embeddings, a stack of blocks and a pooler. Every part is the caller's: `createBert` passes BERT's own.
 * Source: Devlin et al., 2018, section 3.
 */
export class BertEncoder<
  Embeddings extends TokenEmbeddings = TokenEmbeddings,
  Block extends EncoderBlock = EncoderBlock,
> implements Encoder {
  readonly hiddenSize: number;
  readonly embeddings: Embeddings;
  readonly layers: readonly Block[];
  readonly pooler?: Pooler;
  /**
   * Activation checkpointing: training keeps only what goes from layer to layer, and computes each layer again in the
   * backward pass. Less memory, about a third more time, the same gradients. May be changed at any time.
   */
  checkpoint: boolean;

  constructor({ hiddenSize, embeddings, layers, pooler, checkpoint = false }: BertEncoderParts<Embeddings, Block>) {
    this.hiddenSize = hiddenSize;
    this.embeddings = embeddings;
    this.layers = layers;
    if (pooler !== undefined) this.pooler = pooler;
    this.checkpoint = checkpoint;
  }

  /** Throws if there are more tokens than position embeddings. */
  forward(inputs: EncoderInputs, context: Context, request: EncoderRequest = {}): EncoderOutputs {
    return tf.tidy(() => {
      const mask = inputs.attentionMask === undefined ? undefined : attentionMask(inputs.attentionMask);
      let hidden = this.embeddings.forward(inputs, context);
      const hiddenStates = [hidden];
      const attentions: tf.Tensor4D[] = [];
      for (const layer of this.layers) {
        const result = this.#runLayer(layer, hidden, mask, context, request);
        hidden = result.hidden;
        if (request.hiddenStates) hiddenStates.push(hidden);
        if (request.attentions && result.probabilities !== undefined) attentions.push(result.probabilities);
      }
      const outputs: EncoderOutputs = { sequenceOutput: hidden };
      if (this.pooler !== undefined) outputs.pooledOutput = this.pooler.forward(hidden);
      if (request.hiddenStates) outputs.hiddenStates = hiddenStates;
      if (request.attentions) outputs.attentions = attentions;
      return outputs as EncoderOutputs & tf.TensorContainerObject;
    }) as EncoderOutputs;
  }

  /** Attentions that are asked for are kept, and so is all else of the layer. */
  #runLayer(
    layer: Block,
    hidden: tf.Tensor3D,
    mask: AttentionMask | undefined,
    context: Context,
    { attentions }: EncoderRequest,
  ): ReturnType<EncoderBlock["forward"]> {
    if (!this.checkpoint || attentions) return layer.forward(hidden, mask, context);
    return { hidden: recompute(layer, hidden, context, (x, context) => layer.forward(x, mask, context).hidden) };
  }
}

import {
  arrayOf,
  checkOptions,
  checkTensor,
  object,
  required,
  trueOrFalse,
  wholeNumber,
  type Rules,
} from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { type Context, recompute, variables } from "@bertkit/nn";
import { gatherPositions } from "@bertkit/ops";

import type { TokenEmbeddings } from "./bert-embeddings.ts";
import { checkForward } from "./check-encoder.ts";
import type { Encoder, EncoderInputs, EncoderOutputs, EncoderRequest } from "./encoder.ts";
import type { BlockResult, EncoderBlock } from "./encoder-block.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { rowsAt } from "./mix-at.ts";
import type { SequencePooler } from "./pooler.ts";
import { sameSize } from "./same-size.ts";
import type { TokenWise } from "./token-wise.ts";

export interface BertEncoderParts<Embeddings extends TokenEmbeddings, Block extends EncoderBlock> {
  readonly hiddenSize: number;
  readonly embeddings: Embeddings;
  readonly layers: Block[];
  /** Applied after the last layer; pre-norm blocks need one. Default none. */
  readonly finalNorm?: TokenWise | undefined;
  readonly pooler?: SequencePooler | undefined;
  /** Initial value of `BertEncoder.checkpoint`. Default false. */
  readonly checkpoint?: boolean;
}

const rules: Rules<BertEncoderParts<TokenEmbeddings, EncoderBlock>> = {
  hiddenSize: required(wholeNumber(1)),
  embeddings: required(object("embeddings", "forward")),
  layers: required(arrayOf("layers", object("a layer", "forward"))),
  finalNorm: object("a norm", "forward"),
  pooler: object("a pooler", "forward"),
  checkpoint: trueOrFalse,
};

/**
 * Embeddings, a stack of blocks and an optional pooler, all passed by the caller. `createBert` builds BERT's.
 * Source: Devlin et al., 2018, section 3.
 */
export class BertEncoder<
  Embeddings extends TokenEmbeddings = TokenEmbeddings,
  Block extends EncoderBlock = EncoderBlock,
> implements Encoder {
  readonly hiddenSize: number;
  readonly embeddings: Embeddings;
  readonly layers: readonly Block[];
  readonly finalNorm?: TokenWise;
  readonly pooler?: SequencePooler;
  /**
   * Activation checkpointing: training keeps only each layer's input and recomputes the layer in the backward pass.
   * Uses less memory and about a third more time; the gradients are the same. Can be changed at any time.
   */
  checkpoint: boolean;

  /** @throws RangeError if the `size` of a part differs from `hiddenSize` */
  constructor(parts: BertEncoderParts<Embeddings, Block>) {
    checkOptions("BertEncoder", parts, rules as Rules<BertEncoderParts<Embeddings, Block>>);
    const { hiddenSize, embeddings, layers, finalNorm, pooler, checkpoint = false } = parts;
    const numbered = Object.fromEntries(layers.map((layer, i) => [`layers.${i}`, layer]));
    sameSize("BertEncoder", { hiddenSize: { size: hiddenSize }, embeddings, ...numbered, finalNorm, pooler });
    this.hiddenSize = hiddenSize;
    this.embeddings = embeddings;
    this.layers = layers;
    if (finalNorm !== undefined) this.finalNorm = finalNorm;
    if (pooler !== undefined) this.pooler = pooler;
    this.checkpoint = checkpoint;
  }

  get hasPooler(): boolean {
    return this.pooler !== undefined;
  }

  /** The least of its parts. */
  get maxTokens(): number | undefined {
    const limits = [this.embeddings, ...this.layers].flatMap(({ maxTokens }) => maxTokens ?? []);
    return limits.length > 0 ? Math.min(...limits) : undefined;
  }

  /** @throws RangeError if there are more tokens than position embeddings */
  forward(inputs: EncoderInputs, context: Context, request: EncoderRequest = {}): EncoderOutputs {
    checkForward("BertEncoder.forward", inputs, context);
    checkOptions("BertEncoder.forward", request, { hiddenStates: trueOrFalse, attentions: trueOrFalse });
    return this.#tidy("forward", () => {
      const layout = layoutOf(inputs);
      const checkpoint = this.checkpoint && !request.attentions;
      const embedded = this.embeddings.forward(inputs, context);
      const padded = (hidden: tf.Tensor2D): tf.Tensor3D =>
        layout.pad(hidden, inputs.tokenRows === undefined ? "any" : "zeros");
      const hiddenStates = [embedded];
      const attentions: tf.Tensor4D[] = [];
      let hidden = layout.unpad(embedded);
      for (const layer of this.layers) {
        const result = runLayer(layer, hidden, layout, context, checkpoint);
        hidden = result.hidden;
        if (request.hiddenStates) hiddenStates.push(padded(hidden));
        if (request.attentions && result.probabilities !== undefined) attentions.push(result.probabilities);
      }
      if (this.finalNorm !== undefined) hidden = this.finalNorm.forward(hidden);
      const sequenceOutput = padded(hidden);
      if (hiddenStates.length > 1) hiddenStates[hiddenStates.length - 1] = sequenceOutput;
      const outputs: EncoderOutputs = {
        sequenceOutput,
        ...(this.pooler && { pooledOutput: this.pooler.forward(sequenceOutput) }),
        ...(request.hiddenStates && { hiddenStates }),
        ...(request.attentions && { attentions }),
      };
      return outputs as EncoderOutputs & tf.TensorContainerObject;
    }) as EncoderOutputs;
  }

  /**
   * Computes the last block only at `positions`, except its keys and values, if the block can and `checkpoint` is off.
   * With a pooler that reads more than the first token, everything is computed.
   */
  forwardAt(inputs: EncoderInputs, positions: tf.Tensor2D, context: Context): EncoderOutputs {
    checkForward("BertEncoder.forwardAt", inputs, context);
    checkTensor("BertEncoder.forwardAt", "positions", positions);
    const shape = [...positions.shape, this.hiddenSize] as [number, number, number];
    return this.#tidy("forwardAt", () => {
      if (this.pooler !== undefined && this.pooler.readsFirstAlone !== true) {
        const whole = this.forward(inputs, context);
        const outputs: EncoderOutputs = {
          ...whole,
          sequenceOutput: tf.reshape<tf.Rank.R3>(gatherPositions(whole.sequenceOutput, positions), shape),
        };
        return outputs as EncoderOutputs & tf.TensorContainerObject;
      }
      const layout = layoutOf(inputs);
      const last = this.checkpoint ? undefined : this.layers.at(-1);
      const whole = last?.forwardAt === undefined ? this.layers : this.layers.slice(0, -1);
      let hidden = layout.unpad(this.embeddings.forward(inputs, context));
      for (const layer of whole) hidden = runLayer(layer, hidden, layout, context, this.checkpoint).hidden;
      let vectors = last?.forwardAt?.(hidden, positions, layout, context) ?? rowsAt(hidden, positions, layout);
      if (this.finalNorm !== undefined) vectors = this.finalNorm.forward(vectors);
      const sequenceOutput = tf.reshape<tf.Rank.R3>(vectors, shape);
      const outputs: EncoderOutputs = {
        sequenceOutput,
        ...(this.pooler && { pooledOutput: this.pooler.forward(sequenceOutput) }),
      };
      return outputs as EncoderOutputs & tf.TensorContainerObject;
    }) as EncoderOutputs;
  }

  /** As tf.tidy; its errors for disposed weights name no cause. */
  #tidy<Outputs extends tf.TensorContainer>(method: string, compute: () => Outputs): Outputs {
    try {
      return tf.tidy(compute);
    } catch (error) {
      const disposed = [...variables(this)].find(([, variable]) => variable.isDisposed);
      if (disposed === undefined) throw error;
      throw new Error(
        `BertEncoder.${method}: the model was disposed: its ${disposed[0]} has no memory any more. Load or create it again, or dispose of it later.`,
        { cause: error },
      );
    }
  }
}

/** If attentions were requested, the layer is not recomputed: they are kept anyway. */
function runLayer(
  layer: EncoderBlock,
  hidden: tf.Tensor2D,
  layout: Layout,
  context: Context,
  checkpoint: boolean,
): BlockResult {
  if (!checkpoint) return layer.forward(hidden, layout, context);
  return { hidden: recompute(layer, hidden, context, (x, context) => layer.forward(x, layout, context).hidden) };
}

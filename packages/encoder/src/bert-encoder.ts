import * as tf from "@tensorflow/tfjs-core";
import { attentionMask } from "@bertkit/ops";
import { type Context, recompute } from "@bertkit/nn";

import type { TokenEmbeddings } from "./bert-embeddings.ts";
import type { Encoder, EncoderInputs, EncoderOutputs, EncoderRequest } from "./encoder.ts";
import type { BlockResult, EncoderBlock } from "./encoder-block.ts";
import type { Pooler } from "./pooler.ts";
import { packRows, spreadRows, type TokenRows } from "./token-rows.ts";

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
      const { layers } = this;
      const tokens = layers.every((layer) => layer.forwardRows) ? checkedRows(inputs) : undefined;
      const embedded = this.embeddings.forward(inputs, context);
      const { hidden, hiddenStates, attentions } =
        tokens === undefined
          ? stack(embedded, layers, request, (layer, x) =>
              this.#run(layer, x, context, request, (x, context) => layer.forward(x, mask, context)),
            )
          : stackRows(embedded, tokens, inputs.attentionMask!, layers, request, (layer, x) =>
              this.#run(layer, x, context, request, (x, context) => layer.forwardRows!(x, tokens, mask, context)),
            );
      const outputs: EncoderOutputs = { sequenceOutput: hidden };
      if (this.pooler !== undefined) outputs.pooledOutput = this.pooler.forward(hidden);
      if (request.hiddenStates) outputs.hiddenStates = hiddenStates;
      if (request.attentions) outputs.attentions = attentions;
      return outputs as EncoderOutputs & tf.TensorContainerObject;
    }) as EncoderOutputs;
  }

  /** Attentions that are asked for are kept, and so is all else of the layer. */
  #run<T extends tf.Tensor>(
    layer: Block,
    hidden: T,
    context: Context,
    { attentions }: EncoderRequest,
    forward: (x: T, context: Context) => BlockResult<T>,
  ): BlockResult<T> {
    if (!this.checkpoint || attentions) return forward(hidden, context);
    return { hidden: recompute(layer, hidden, context, (x, context) => forward(x, context).hidden) };
  }
}

interface StackResult<T extends tf.Tensor> {
  hidden: T;
  /** What went into the first layer, then what came out of each; all on request but the last. */
  hiddenStates: T[];
  attentions: tf.Tensor4D[];
}

function stack<T extends tf.Tensor, Block>(
  first: T,
  layers: readonly Block[],
  request: EncoderRequest,
  run: (layer: Block, x: T) => BlockResult<T>,
): StackResult<T> {
  const result: StackResult<T> = { hidden: first, hiddenStates: [first], attentions: [] };
  for (const layer of layers) {
    const { hidden, probabilities } = run(layer, result.hidden);
    result.hidden = hidden;
    if (request.hiddenStates) result.hiddenStates.push(hidden);
    if (request.attentions && probabilities !== undefined) result.attentions.push(probabilities);
  }
  return result;
}

/** The layers see the tokens alone; what they give has zeros for padding. */
function stackRows<Block>(
  embedded: tf.Tensor3D,
  tokens: TokenRows,
  attentionMask: tf.Tensor2D,
  layers: readonly Block[],
  request: EncoderRequest,
  run: (layer: Block, x: tf.Tensor2D) => BlockResult<tf.Tensor2D>,
): StackResult<tf.Tensor3D> {
  const isToken = tf.expandDims(tf.cast(attentionMask, "float32"), 2); // [batch, tokens, 1]
  const spread = (rows: tf.Tensor2D): tf.Tensor3D => tf.mul(spreadRows(rows, tokens), isToken);
  const { hidden, hiddenStates, attentions } = stack(packRows(embedded, tokens), layers, request, run);
  const states = hiddenStates.slice(1).map(spread);
  return { hidden: states.at(-1) ?? spread(hidden), hiddenStates: [embedded, ...states], attentions };
}

function checkedRows({ tokenRows, attentionMask, inputIds }: EncoderInputs): TokenRows | undefined {
  if (tokenRows === undefined) return undefined;
  if (attentionMask === undefined || tokenRows.shape.join() !== inputIds.shape.join())
    throw new Error(
      `BertEncoder: tokenRows of a batch [${tokenRows.shape.join(", ")}] come with its mask and ids, got ids [${inputIds.shape.join(", ")}]${attentionMask === undefined ? " and no mask" : ""}. Take all of them from bertInputs.`,
    );
  return tokenRows;
}

import {
  attendHeads,
  BertEmbeddings,
  BertEncoder,
  GatedFeedForward,
  type HeadsResult,
  type Layout,
  type Mixer,
  PreNormBlock,
  type QueryKeyRotation,
  RotaryPositions,
  type TokenWise,
} from "@bertkit/encoder";
import { type Context, Dense, Dropout, LayerNorm, type Rng } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { configError } from "../config/config-error.ts";
import { isObject, numberField, shown } from "../config/json-fields.ts";
import type { ConfigFields } from "./config-fields.ts";
import { encoderFamily, type PretrainedEncoder } from "./encoder-family.ts";
import type { Family } from "./family.ts";
import { denseNames, embeddingNames, normNames } from "./hugging-face-names.ts";

/**
 * Pre-norm blocks with GeGLU and rotary positions, two of three with local attention (Warner et al., 2024); Hugging Face's
 * `ModernBertModel`.
 */
export const modernBert: Family<PretrainedEncoder<BertEncoder<BertEmbeddings, PreNormBlock>>> = encoderFamily({
  name: "ModernBERT",
  modelType: "modernbert",
  prefix: "model.",
  encoder: (fields, rng) => {
    const size = fields.count("hidden_size");
    const heads = fields.count("num_attention_heads");
    const dropout = fields.number("attention_dropout", 0);
    const epsilon = fields.number("norm_eps", 1e-5);
    const useBias = fields.flag("norm_bias", false);
    if (fields.number("mlp_dropout", 0) !== 0)
      throw configError('config.json: "mlp_dropout" must be 0: dropout inside the feed-forward part is not supported.');
    checkRotaryKinds(fields);
    const norm = (): LayerNorm => new LayerNorm({ size, epsilon, useBias });
    const layers = Array.from({ length: fields.count("num_hidden_layers") }, (_, index) => {
      const isLocal = isLocalLayer(fields, index);
      const rotation = new RotaryPositions({ headSize: size / heads, base: rotaryBase(fields, isLocal) });
      const window = isLocal ? Math.floor(fields.number("local_attention", 128) / 2) : undefined;
      const attentionBias = fields.flag("attention_bias", false);
      return new PreNormBlock({
        attention: new JoinedAttention({ size, heads, dropout, rotation, window, useBias: attentionBias, rng }),
        attentionNorm: index === 0 ? identity : norm(),
        feedForward: new GatedFeedForward({
          size,
          intermediateSize: fields.count("intermediate_size"),
          activation: fields.activation("hidden_activation", "gelu"),
          useBias: fields.flag("mlp_bias", false),
          rng,
        }),
        feedForwardNorm: norm(),
      });
    });
    const embeddings = new BertEmbeddings(
      {
        vocabularySize: fields.count("vocab_size"),
        hiddenSize: size,
        maxPositionEmbeddings: 0,
        typeVocabularySize: 0,
        positionEmbedding: "none",
        hiddenDropout: fields.number("embedding_dropout", 0),
        layerNormEpsilon: epsilon,
        normBias: useBias,
        initializerRange: 0.02,
        paddingId: fields.paddingId(50_283),
      },
      rng,
    );
    return new BertEncoder({ hiddenSize: size, embeddings, layers, finalNorm: norm() });
  },
  names: () => [
    ...embeddingNames("embeddings.word", "embeddings.tok_embeddings"),
    ...normNames("embeddings.norm", "embeddings.norm"),
    ...normNames("layers.{i}.attentionNorm", "layers.{i}.attn_norm"),
    ...denseNames("layers.{i}.attention.joined", "layers.{i}.attn.Wqkv"),
    ...denseNames("layers.{i}.attention.output", "layers.{i}.attn.Wo"),
    ...normNames("layers.{i}.feedForwardNorm", "layers.{i}.mlp_norm"),
    ...denseNames("layers.{i}.feedForward.expand", "layers.{i}.mlp.Wi"),
    ...denseNames("layers.{i}.feedForward.contract", "layers.{i}.mlp.Wo"),
    ...normNames("finalNorm", "final_norm"),
  ],
});

/** For the first layer, whose input is already normalized by the embeddings. */
const identity: TokenWise = { forward: (x) => x };

interface JoinedAttentionOptions {
  size: number;
  heads: number;
  dropout: number;
  rotation: QueryKeyRotation;
  window: number | undefined;
  useBias: boolean;
  rng: Rng;
}

/** Self-attention with one dense layer for queries, keys and values. */
class JoinedAttention implements Mixer {
  /** [size] → [3 · size]: query, key, value */
  readonly joined: Dense;
  readonly output: Dense;
  readonly dropout: Dropout;
  readonly heads: number;
  readonly rotation: QueryKeyRotation;
  readonly window: number | undefined;
  readonly size: number;

  constructor({ size, heads, dropout, rotation, window, useBias, rng }: JoinedAttentionOptions) {
    this.joined = new Dense({ inputSize: size, outputSize: 3 * size, rng, useBias });
    this.output = new Dense({ inputSize: size, outputSize: size, rng, useBias });
    this.dropout = new Dropout(dropout);
    this.heads = heads;
    this.rotation = rotation;
    this.window = window;
    this.size = size;
  }

  forward(hidden: tf.Tensor2D, layout: Layout, context: Context): HeadsResult {
    const [query, key, value] = tf.split<tf.Tensor2D>(this.joined.forward(hidden), 3, 1);
    const { output, probabilities } = attendHeads(query!, key!, value!, layout, context, this);
    return { output: this.dropout.forward(this.output.forward(output), context), probabilities };
  }
}

/** From `layer_types`, or `global_attn_every_n_layers` in older files. */
function isLocalLayer(fields: ConfigFields, index: number): boolean {
  const kinds = fields.json["layer_types"];
  if (Array.isArray(kinds)) return kinds[index] === "sliding_attention";
  return index % fields.number("global_attn_every_n_layers", 3) !== 0;
}

/**
 * From `rope_parameters`, or `global_rope_theta` and `local_rope_theta` in older files, where a local base of null is the
 * global one.
 */
function rotaryBase(fields: ConfigFields, isLocal: boolean): number {
  const all = fields.json["rope_parameters"];
  const own = isObject(all) ? all[isLocal ? "sliding_attention" : "full_attention"] : undefined;
  if (isObject(own) && own["rope_theta"] !== undefined) return numberField(own, "rope_theta");
  if (isLocal && fields.json["local_rope_theta"] !== null) return fields.number("local_rope_theta", 10_000);
  return isLocal ? rotaryBase(fields, false) : fields.number("global_rope_theta", 160_000);
}

/** @throws CheckpointError for a scaling of the positions, which would change every vector */
function checkRotaryKinds(fields: ConfigFields): void {
  const { rope_scaling: scaling, rope_parameters: all } = fields.json;
  checkRotaryKind("rope_scaling", scaling, undefined);
  checkRotaryKind("rope_parameters", all, "default");
  if (isObject(all))
    for (const name of ["full_attention", "sliding_attention"])
      checkRotaryKind(`rope_parameters.${name}`, all[name], "default");
}

/** @param byDefault the kind of parameters that do not state one */
function checkRotaryKind(field: string, parameters: unknown, byDefault: string | undefined): void {
  if (parameters === undefined || parameters === null) return;
  if (!isObject(parameters))
    throw configError(
      `config.json: "${field}" must be an object or null, got ${shown(parameters)}. Download the file again.`,
    );
  const kind = parameters["rope_type"] ?? parameters["type"] ?? byDefault;
  if (kind !== "default")
    throw configError(
      `config.json: "${field}" has the rope_type ${shown(kind)}, but only "default" is supported, so the vectors would differ. Use a model without scaled positions.`,
    );
}

import {
  type BertConfig,
  BertEmbeddings,
  FeedForward,
  Pooler,
  PostNormBlock,
  RelativeKeyPositions,
  SelfAttention,
} from "@bertkit/encoder";
import { LayerNorm, nameOfPath, type NameRule, variables } from "@bertkit/nn";
import { expectedShapes } from "./expected-shapes.ts";
import type { PretrainedParts } from "./pretrained.ts";

/**
 * Throws, prefixed by `where`, unless a BERT that is built from the config, with the same variables, computes what the
 * parts compute. For folders that hold a config and weights only.
 *
 * @param rules the folder's names of `{ encoder, maskedLm, … }`
 */
export function checkBert(where: string, parts: PretrainedParts, rules: readonly NameRule[]): void {
  const { config, encoder, maskedLm, nextSentence, classifier, tokenClassifier, multipleChoice, questionAnswerer } =
    parts;
  const heads = { maskedLm, nextSentence, classifier, tokenClassifier, multipleChoice, questionAnswerer };
  const own = variables({ encoder, ...heads });
  if ([...own.keys()].some((path) => path.includes(".adapter.")))
    throw new Error(
      `${where}: the model has low-rank adapters, which are not part of its weights. Save them with saveAdapter, or call the Lora's merge() first.`,
    );
  for (const [part, difference] of differences(encoder, config))
    throw new Error(
      `${where}: encoder.${part} is not as in the BERT of the config (${difference}), so the model would be another one after loading. Save it with saveModel.`,
    );
  const expected = expectedShapes(config, {});
  for (const [path, { shape }] of own) {
    const target = expected.get(path);
    if (nameOfPath(rules, path) === undefined || (path.startsWith("encoder.") && target === undefined))
      throw new Error(`${where}: the folder has no place for ${path}. Save the model with saveModel.`);
    if (target !== undefined && String(target.shape) !== String(shape))
      throw new Error(
        `${where}: ${path} is [${shape.join(", ")}], by the config [${target.shape.join(", ")}]. Pass the config that it was made from.`,
      );
  }
  for (const path of expected.keys())
    if (!own.has(path))
      throw new Error(
        `${where}: the encoder has no ${path}, or shares it, and could not be loaded. Save the model with saveModel.`,
      );
}

type Class = abstract new (...args: never[]) => object;

/** The paths of the encoder's parts that compute something else, without regard to variables, and what differs. */
function* differences(encoder: PretrainedParts["encoder"], config: BertConfig): Generator<[string, string]> {
  const { embeddings, layers, finalNorm, pooler } = encoder;
  const classes: [string, object | undefined, Class][] = [
    ["embeddings", embeddings, BertEmbeddings],
    ["embeddings.norm", embeddings.norm, LayerNorm],
  ];
  for (const [i, layer] of layers.entries()) {
    const { attention, attentionNorm, feedForward, feedForwardNorm } = layer;
    classes.push(
      [`layers.${i}`, layer, PostNormBlock],
      [`layers.${i}.attention`, attention, SelfAttention],
      [`layers.${i}.attentionNorm`, attentionNorm, LayerNorm],
      [`layers.${i}.feedForward`, feedForward, FeedForward],
      [`layers.${i}.feedForwardNorm`, feedForwardNorm, LayerNorm],
    );
  }
  if (pooler !== undefined) classes.push(["pooler", pooler, Pooler]);
  for (const [path, part, expected] of classes) {
    if (!(part instanceof expected)) yield [path, `${part?.constructor.name}, not ${expected.name}`];
    if (part instanceof LayerNorm && part.epsilon !== config.layerNormEpsilon)
      yield [path, `epsilon ${part.epsilon}, not ${config.layerNormEpsilon}`];
    if (part instanceof FeedForward && typeof part.activation !== "string")
      yield [path, "its activation is a function"];
    if (part instanceof SelfAttention) {
      if (part.window !== undefined) yield [path, `window ${part.window}`];
      if (part.rotation !== undefined) yield [path, `rotation by ${part.rotation.constructor.name}`];
      const positions = positionsOf(part);
      const { positionEmbedding = "absolute" } = config;
      if (positions !== positionEmbedding) yield [path, `positions ${positions}, not ${positionEmbedding}`];
    }
  }
  for (const [i, layer] of layers.entries()) {
    const first = layers.indexOf(layer);
    if (first !== i) yield [`layers.${i}`, `the same as layers.${first}`];
  }
  if (finalNorm !== undefined) yield ["finalNorm", "BERT has none"];
}

function positionsOf({ positions }: SelfAttention): string {
  if (positions === undefined) return "absolute";
  if (!(positions instanceof RelativeKeyPositions)) return `of ${positions.constructor.name}`;
  return positions.fromKeys ? "relative_key_query" : "relative_key";
}

import { memoryFolder } from "@bertkit/checkpoints";
import {
  type BertParts,
  bertSizes,
  createBert,
  type Bert,
  FeedForward,
  PreNormBlock,
  RotaryPositions,
  SelfAttention,
} from "@bertkit/encoder";
import { MultipleChoice } from "@bertkit/heads";
import { Dense, LayerNorm, Lora, Rng } from "@bertkit/nn";
import { bertTokenizer, Vocabulary } from "@bertkit/tokenizer";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { fromPretrained } from "./from-pretrained.ts";
import { saveOnnx } from "./save-onnx.ts";
import { savePretrained } from "./save-pretrained.ts";
import { saveTensorflowCheckpoint } from "./save-tensorflow-checkpoint.ts";

beforeAll(() => tf.setBackend("cpu"));

const vocabulary = new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a"]);
const config = {
  ...bertSizes.tiny,
  vocabularySize: 5,
  hiddenSize: 8,
  hiddenLayers: 1,
  attentionHeads: 2,
  intermediateSize: 8,
};
const rng = new Rng(0);
const parts = () => ({ config, tokenizer: bertTokenizer({ vocabulary }), encoder: createBert(config, rng) });

test.each([
  [{ attentionHeads: 4 }, "config.attentionHeads is 4, the encoder's 2."],
  [{ activation: "relu" as const }, "config.activation is relu, the encoder's gelu."],
  [{ hiddenSize: 16 }, "config.hiddenSize is 16, the encoder's 8."],
])("rejects the config of another model in every format: %j", async (change, message) => {
  const wrong = { ...parts(), config: { ...config, ...change } };
  for (const save of [savePretrained, saveTensorflowCheckpoint, saveOnnx])
    await expect(save(memoryFolder(), wrong)).rejects.toThrow(message);
});

test("rejects a head that the format does not have", async () => {
  const own = parts();
  const multipleChoice = new MultipleChoice({ encoder: own.encoder, rng });
  await expect(saveTensorflowCheckpoint(memoryFolder(), { ...own, multipleChoice })).rejects.toThrow(
    "google-research/bert has no head for multiple choice. Save it with savePretrained.",
  );
});

test("rejects a head with a misspelled name", async () => {
  const own = parts();
  const misspelled = { ...own, multiChoice: new MultipleChoice({ encoder: own.encoder, rng }) };
  await expect(savePretrained(memoryFolder(), misspelled)).rejects.toThrow(
    'there is no part "multiChoice" of a folder',
  );
});

const attention = (own: object): SelfAttention => new SelfAttention({ size: 8, heads: 2, rng, ...own });
const preNorm = (): PreNormBlock =>
  new PreNormBlock({
    attention: attention({}),
    attentionNorm: new LayerNorm({ size: 8 }),
    feedForward: new FeedForward({ size: 8, intermediateSize: 8, rng }),
    feedForwardNorm: new LayerNorm({ size: 8 }),
  });
const square = (x: tf.Tensor): tf.Tensor => tf.square(x);
const mixer = { size: 8, mix: new Dense({ inputSize: 8, outputSize: 8, rng }) };
const forward = (hidden: tf.Tensor2D) => ({ output: hidden });

test.each<[string, object]>([
  ["layers.0.attention is not as in the BERT of the config (window 1)", { attention: () => attention({ window: 1 }) }],
  [
    "layers.0.attention is not as in the BERT of the config (rotation by RotaryPositions)",
    { attention: () => attention({ rotation: new RotaryPositions({ headSize: 4 }) }) },
  ],
  ["layers.0.attention is not as in the BERT of the config (Object, not", { attention: () => ({ ...mixer, forward }) }],
  ["layers.0 is not as in the BERT of the config (PreNormBlock, not", { layer: preNorm }],
  ["layers.0 is not as in the BERT of the config (Object, not", { layer: () => ({ forward }) }],
  ["layers.1 is not as in the BERT of the config (the same as layers.0)", { shareLayers: true }],
  ["finalNorm is not as in the BERT of the config", { finalNorm: new LayerNorm({ size: 8 }) }],
  ["layers.0.attentionNorm is not as in", { norm: () => new LayerNorm({ size: 8, epsilon: 0.1 }) }],
  ["layers.0.attention.query.bias, or shares it", { attention: () => attention({ useBias: false }) }],
  [
    "layers.0.feedForward is not as in the BERT of the config (its activation is a function)",
    { feedForward: () => new FeedForward({ size: 8, intermediateSize: 8, rng, activation: square as never }) },
  ],
  [
    "layers.0.feedForward.expand.kernel is [8, 4], by the config [8, 8]",
    { feedForward: () => new FeedForward({ size: 8, intermediateSize: 4, rng }) },
  ],
])("rejects own parts that the folder cannot hold: %s", async (message, own) => {
  const wide = { ...config, hiddenLayers: 2 };
  const encoder = createBert(wide, rng, own as BertParts<Bert["embeddings"], Bert["layers"][number]>);
  for (const save of [savePretrained, saveTensorflowCheckpoint]) {
    const folder = memoryFolder();
    const error = await save(folder, { ...parts(), config: wide, encoder }).catch((reason: Error) => reason);
    expect((error as Error).message).toContain(`${save.name}: `);
    expect((error as Error).message).toContain(message);
    expect([...folder.files.keys()]).toEqual([]);
  }
});

test("asks for saveAdapter or merge() while adapters are attached, and saves after merge()", async () => {
  const own = parts();
  const lora = new Lora(own.encoder, { rng });
  await expect(savePretrained(memoryFolder(), own)).rejects.toThrow(
    "savePretrained: the model has low-rank adapters, which are not part of its weights. Save them with saveAdapter,",
  );
  lora.merge();
  await savePretrained(memoryFolder(), own);
});

test("saves and loads relative positions, but google-research/bert has none", async () => {
  const relative = { ...config, positionEmbedding: "relative_key_query" as const };
  const own = { ...parts(), config: relative, encoder: createBert(relative, rng) };
  const folder = memoryFolder();
  await savePretrained(folder, own);
  (await fromPretrained(folder)).dispose();
  await expect(saveTensorflowCheckpoint(memoryFolder(), own)).rejects.toThrow(
    "saveTensorflowCheckpoint: the folder has no place for encoder.layers.0.attention.positions.distance.table.",
  );
});

test("saveOnnx stores what own parts compute", async () => {
  const layer = () => ({ forward: (hidden: tf.Tensor2D) => ({ hidden }) });
  const encoder = createBert(config, rng, { layer }) as unknown as Bert;
  const folder = memoryFolder();
  await saveOnnx(folder, { ...parts(), encoder });
  expect([...folder.files.keys()]).toContain("onnx/model.onnx");
});

import { memoryFolder } from "@bertkit/checkpoints";
import { bertSizes, createBert } from "@bertkit/encoder";
import { MultipleChoice } from "@bertkit/heads";
import { Rng } from "@bertkit/nn";
import { bertTokenizer, Vocabulary } from "@bertkit/tokenizer";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
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

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { memoryFolder, readSafetensors } from "@bertkit/checkpoints";
import { bertInputs, type EncodedBatch } from "@bertkit/encoder";
import { MultipleChoice } from "@bertkit/heads";
import { countParameters, dispose, inference, Rng } from "@bertkit/nn";
import { sharedModels } from "@bertkit/testing";
import {
  AutoModelForTokenClassification,
  env,
  type FeatureExtractionPipeline,
  type FillMaskPipeline,
  pipeline,
  type QuestionAnsweringPipeline,
  Tensor,
  type TextClassificationPipeline,
} from "@huggingface/transformers";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  tinyClassifierModel,
  tinyEncoderModel,
  tinyMaskedLmModel,
  tinyPretrainingModel,
  tinyQuestionModel,
  tinyTokenClassifierModel,
} from "../__fixtures__/tiny-model.ts";
import { fillMask } from "../inference/fill-mask.ts";
import { featureExtraction } from "../inference/feature-extraction.ts";
import { textClassification } from "../inference/text-classification.ts";
import { fromPretrained } from "./from-pretrained.ts";
import type { PretrainedParts } from "./pretrained.ts";
import { saveOnnx, type SaveOnnxOptions } from "./save-onnx.ts";

const close = { absolute: 1e-5, relative: 0 };
const local = { dtype: "fp32", device: "cpu", local_files_only: true } as const;
let directory: string;

beforeAll(async () => {
  await useBackend("cpu");
  directory = await mkdtemp(join(tmpdir(), "bertkit-save-onnx-"));
  env.allowRemoteModels = false;
  env.localModelPath = `${directory}/`;
});
afterAll(() => rm(directory, { recursive: true }));

const batches = [
  ["a good film"],
  ["the plot was bad.", "good", "is a zebra not very good, very bad, very badly? good!"],
  ["good.", "bad.", "film", "plot", "a film, a plot, an eclair!"],
];

async function save(name: string, model: PretrainedParts, options?: SaveOnnxOptions): Promise<void> {
  await saveOnnx(join(directory, name), model, options);
}

describe("transformers.js gives the same results from the folder as this package's pipelines", () => {
  test.each([17, 20])("feature extraction, operator set %i", async (opset) => {
    const model = tinyEncoderModel();
    await save(`encoder-${opset}`, model, { opset });
    const theirs: FeatureExtractionPipeline = await pipeline("feature-extraction", `encoder-${opset}`, local);
    for (const pooling of ["mean", "cls"] as const) {
      const ours = featureExtraction(model, { pooling, normalize: true });
      for (const texts of batches) {
        const vectors = await theirs(texts, { pooling, normalize: true });
        expect(vectors.dims).toEqual([texts.length, 16]);
        const expected = (await ours(texts)).flatMap((vector) => [...vector]);
        expect(vectors.data as Float32Array).toBeAllClose(expected, close);
      }
    }
    await theirs.dispose();
    dispose(model);
  });

  test.each(["gelu", "gelu_tanh"] as const)("fill-mask, with %s", async (activation) => {
    const model = tinyMaskedLmModel({ activation });
    await save(`masked-${activation}`, model);
    const theirs: FillMaskPipeline = await pipeline("fill-mask", `masked-${activation}`, local);
    const ours = fillMask(model, { topK: 4 });
    for (const texts of [["a [MASK] film"], ["[MASK]", "the plot was very, very [MASK]!", "a [MASK]."]]) {
      const filled = [await theirs(texts, { top_k: 4 })].flat(1) as { token: number; score: number }[][];
      const rows = texts.length === 1 && !Array.isArray(filled[0]) ? [filled as never] : filled;
      (await ours(texts)).forEach(([mask], i) => {
        expect(rows[i]!.map(({ token }) => token)).toEqual(mask!.candidates.map(({ id }) => id));
        expect(rows[i]!.map(({ score }) => score)).toBeAllClose(
          mask!.candidates.map(({ score }) => score),
          close,
        );
      });
    }
    await theirs.dispose();
    dispose(model);
  });

  test.each(["single-label", "multi-label"] as const)("text classification, %s", async (problem) => {
    const model = tinyClassifierModel(problem);
    await save(problem, model);
    const theirs: TextClassificationPipeline = await pipeline("text-classification", problem, local);
    const ours = textClassification(model);
    for (const texts of batches) {
      const labeled = (await theirs(texts, { top_k: 3 })) as { label: string; score: number }[][];
      (await ours(texts)).forEach((row, i) => {
        expect(labeled[i]!.map(({ label }) => label)).toEqual(row.map(({ label }) => label));
        expect(labeled[i]!.map(({ score }) => score)).toBeAllClose(
          row.map(({ score }) => score),
          close,
        );
      });
    }
    await theirs.dispose();
    dispose(model);
  });
});

test("token classification, padding and token types included, through transformers.js' model", async () => {
  const model = tinyTokenClassifierModel();
  await save("tokens", model);
  const theirs = await AutoModelForTokenClassification.from_pretrained("tokens", local);
  for (const pairs of [
    [["a good film", "bad"]],
    [
      ["a", "plot was"],
      ["good film", "not very bad at all."],
      ["a", "a"],
    ],
  ]) {
    const batch: EncodedBatch = model.tokenizer.encodeBatch(pairs as [string, string][]);
    const wide = (values: Int32Array): Tensor =>
      new Tensor("int64", BigInt64Array.from(values, BigInt), [...batch.shape]);
    const { logits } = (await theirs({
      input_ids: wide(batch.inputIds),
      attention_mask: wide(batch.attentionMask),
      token_type_ids: wide(batch.tokenTypeIds),
    })) as { logits: Tensor };
    const expected = tf.tidy(() =>
      model.tokenClassifier.forward(bertInputs({ ...batch, skipPadding: false }), inference),
    );
    expect(logits.dims).toEqual(expected.shape);
    expect(logits.data as Float32Array).toBeAllClose(expected.dataSync(), close);
    expected.dispose();
  }
  await theirs.dispose();
  dispose(model);
});

test("question answering gives start and end logits, which transformers.js' pipeline reads", async () => {
  const model = tinyQuestionModel();
  await save("questions", model);
  const theirs: QuestionAnsweringPipeline = await pipeline("question-answering", "questions", local);
  const [question, context] = ["was the plot good?", "the plot was not very good, bad"];
  const { ids, tokenTypeIds } = model.tokenizer.encode(question, context);
  const wide = (values: Int32Array): Tensor =>
    new Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
  const outputs = (await theirs.model({
    input_ids: wide(ids),
    attention_mask: wide(new Int32Array(ids.length).fill(1)),
    token_type_ids: wide(tokenTypeIds),
  })) as { start_logits: Tensor; end_logits: Tensor };
  const both = tf.tidy(() => {
    const batch = {
      inputIds: ids,
      tokenTypeIds,
      attentionMask: new Int32Array(ids.length).fill(1),
      shape: [1, ids.length] as const,
    };
    return model.questionAnswerer.predict(bertInputs(batch)).dataSync();
  });
  expect(outputs.start_logits.dims).toEqual([1, ids.length]);
  expect(outputs.start_logits.data as Float32Array).toBeAllClose(
    both.filter((_, i) => i % 2 === 0),
    close,
  );
  expect(outputs.end_logits.data as Float32Array).toBeAllClose(
    both.filter((_, i) => i % 2 === 1),
    close,
  );
  const answer = await theirs(question, context);
  expect((Array.isArray(answer) ? answer[0]! : answer).answer.length).toBeGreaterThan(0);
  await theirs.dispose();
  dispose(model);
});

test("the weights keep their names, each once, and config.json names the class", async () => {
  const model = tinyPretrainingModel();
  const before = tf.memory().numTensors;
  const folder = memoryFolder();
  await saveOnnx(folder, model);
  expect(tf.memory().numTensors).toBe(before);
  const text = Buffer.from(folder.files.get("onnx/model.onnx")!).toString("latin1");
  for (const name of ["encoder.embeddings.word.table", "encoder.layers.1.feedForward.expand.kernel", "maskedLm.bias"])
    expect(text).toContain(name);
  expect(text).not.toContain("com.microsoft");
  const { encoder, maskedLm } = model;
  expect(text.length).toBeLessThan(4 * countParameters({ encoder, maskedLm }).total + 40_000); // weights once, and the nodes
  const config = JSON.parse(Buffer.from(folder.files.get("config.json")!).toString()) as { architectures: string[] };
  expect(config.architectures).toEqual(["BertForMaskedLM"]);
  dispose(model);
});

test("rejects a task without its part before it writes anything", async () => {
  const model = tinyEncoderModel();
  const folder = memoryFolder();
  await expect(saveOnnx(folder, model, { task: "fill-mask" })).rejects.toThrow(
    "saveOnnx: the model has no maskedLm, which fill-mask needs.",
  );
  await expect(saveOnnx(folder, model, { task: "guessing" as never })).rejects.toThrow(
    /task must be one of text-classification, .* got "guessing"/,
  );
  expect(folder.files.size).toBe(0);
  dispose(model);
});

test("a multiple-choice head is not left out unless a task is given", async () => {
  const model = tinyEncoderModel();
  const multipleChoice = new MultipleChoice({ encoder: model.encoder, rng: new Rng(1) });
  const folder = memoryFolder();
  await expect(saveOnnx(folder, { ...model, multipleChoice })).rejects.toThrow(
    'a multiple-choice head cannot be exported. Pass { task: "feature-extraction" }',
  );
  expect(folder.files.size).toBe(0);
  await saveOnnx(folder, { ...model, multipleChoice }, { task: "feature-extraction" });
  expect([...folder.files.keys()]).toContain("onnx/model.onnx");
  dispose(multipleChoice);
});

test.skipIf(!sharedModels)(
  "all-MiniLM-L6-v2 gives its reference embeddings in transformers.js (skipped without the shared models)",
  async () => {
    const source = join(sharedModels!, "all-MiniLM-L6-v2");
    const model = await fromPretrained(source);
    await save("minilm", model, { externalData: true });
    model.dispose();
    const texts = JSON.parse(await readFile(join(source, "reference/texts.json"), "utf8")) as {
      text: string;
      input_ids: number[];
    }[];
    const reference = readSafetensors(await readFile(join(source, "reference/outputs.safetensors")));
    const expected = reference.tensors.get("sentence_embeddings")!.data as Float32Array;
    const embed: FeatureExtractionPipeline = await pipeline("feature-extraction", "minilm", {
      ...local,
      use_external_data_format: true,
    });
    const whole = Array.from(texts.keys()).filter((i) => texts[i]!.input_ids.length < 64); // the reference cuts at 256
    for (const chosen of [whole.slice(0, 1), whole.slice(1, 4), whole.slice(4)]) {
      const vectors = await embed(
        chosen.map((i) => texts[i]!.text),
        { pooling: "mean", normalize: true },
      );
      chosen.forEach((i, row) =>
        expect((vectors.data as Float32Array).subarray(row * 384, (row + 1) * 384), texts[i]!.text).toBeAllClose(
          expected.subarray(i * 384, (i + 1) * 384),
          close,
        ),
      );
    }
    await embed.dispose();
  },
);

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { memoryFolder } from "@bertkit/checkpoints";
import { CrossEncoder, rankDocuments, TokenClassifier } from "@bertkit/heads";
import { dispose, Rng } from "@bertkit/nn";
import { env, pipeline as theirPipeline } from "@huggingface/transformers";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  tinyClassifierModel,
  tinyEncoderModel,
  tinyMaskedLmModel,
  tinyQuestionModel,
  tinyTokenClassifierModel,
} from "../__fixtures__/tiny-model.ts";
import { featureExtraction } from "../inference/feature-extraction.ts";
import { questionAnswering } from "../inference/question-answering.ts";
import { textClassification } from "../inference/text-classification.ts";
import { fromPretrained } from "../model/from-pretrained.ts";
import type { PretrainedParts } from "../model/pretrained.ts";
import { saveOnnx } from "../model/save-onnx.ts";
import { savePretrained } from "../model/save-pretrained.ts";
import type { PipelineTask } from "./load-pipeline.ts";
import { pipeline } from "./pipeline.ts";
import type { FoundAnswer } from "./tasks/best-answers.ts";

const close = { absolute: 1e-5, relative: 0 };
const local = { dtype: "fp32", device: "cpu", local_files_only: true } as const;
const texts = ["a good film", "the plot was bad, very bad!", "not a zebra", "good"];
let directory: string;

beforeAll(async () => {
  await useBackend("node");
  directory = await mkdtemp(join(tmpdir(), "bertkit-pipeline-"));
  env.allowRemoteModels = false;
  env.localModelPath = `${directory}/`;
});
afterAll(() => rm(directory, { recursive: true }));

const models: PretrainedParts[] = [];
/** A model in a folder for both libraries. */
async function folderOf(name: string, model: PretrainedParts): Promise<string> {
  const folder = join(directory, name);
  await saveOnnx(folder, model);
  await savePretrained(folder, model);
  models.push(model);
  return folder;
}
afterEach(() => models.splice(0).forEach((model) => dispose(model)));

/** Numbers of any nested result, in order; the rest must be equal. */
function expectSame(ours: unknown, theirs: unknown, path = "result"): void {
  if (typeof theirs === "number") return expect([ours as number], path).toBeAllClose([theirs], close);
  if (typeof theirs !== "object" || theirs === null) return expect(ours, path).toBe(theirs);
  if (Array.isArray(theirs)) expect(ours, path).toHaveLength(theirs.length);
  for (const [key, value] of Object.entries(theirs))
    expectSame((ours as Record<string, unknown>)[key], value, `${path}.${key}`);
}

describe("gives the same results as transformers.js", () => {
  test("feature-extraction", async () => {
    const folder = await folderOf("features", tinyEncoderModel());
    const ours = await pipeline("feature-extraction", folder);
    const theirs = await theirPipeline("feature-extraction", "features", local);
    for (const options of [{ pooling: "mean", normalize: true }, { pooling: "cls" }] as const) {
      const [own, other] = [await ours(texts, options), await theirs(texts, options)];
      expect(own.dims).toEqual(other.dims);
      expect(own.data).toBeAllClose(other.data as Float32Array, close);
      expectSame(own.tolist(), other.tolist());
    }
    for (const precision of ["binary", "ubinary"] as const) {
      const options = { pooling: "mean", quantize: true, precision } as const;
      const [own, other] = [await ours(texts, options), await theirs(texts, options)];
      expect([own.type, own.dims, own.data]).toEqual([other.type, other.dims, other.data]);
    }
    const [own, other] = [await ours(texts[1]!), await theirs(texts[1]!)];
    expect(own.dims).toEqual(other.dims);
    expectSame(own.tolist(), other.tolist());
    await expect(ours(texts, { quantize: true })).rejects.toThrow('Pass a pooling, such as "mean".');
    ours.dispose();
    await theirs.dispose();
  });

  test.each(["single-label", "multi-label"] as const)("text-classification, %s", async (problem) => {
    const folder = await folderOf(problem, tinyClassifierModel(problem));
    const ours = await pipeline("sentiment-analysis", folder);
    const theirs = await theirPipeline("sentiment-analysis", problem, local);
    expectSame(await ours(texts[0]!), await theirs(texts[0]!));
    expectSame(await ours(texts), await theirs(texts));
    expectSame(await ours(texts[0]!, { top_k: 2 }), await theirs(texts[0]!, { top_k: 2 }));
    expectSame(await ours(texts, { top_k: null }), await theirs(texts, { top_k: null as never }));
    ours.dispose();
    await theirs.dispose();
  });

  test("token-classification, none and simple", async () => {
    const folder = await folderOf("tokens", tinyTokenClassifierModel());
    const ours = await pipeline("ner", folder);
    const theirs = await theirPipeline("ner", "tokens", local);
    expect(ours.task).toBe(theirs.task);
    expect(ours.model!.tokenClassifier!.labels).toEqual(
      Object.values((theirs.model.config as unknown as { id2label: object }).id2label),
    );
    expect([...ours.tokenizer!.encode(texts[1]!).ids]).toEqual(theirs.tokenizer.encode(texts[1]!));
    expectSame(await ours(texts[1]!, { ignore_labels: [] }), await theirs(texts[1]!, { ignore_labels: [] }));
    expectSame(await ours(texts), await theirs(texts));
    const simple = { aggregation_strategy: "simple" as const, ignore_labels: [] };
    for (const text of texts) expectSame(await ours(text, simple), await theirs(text, simple));
    const [entity] = await ours(texts[1]!, simple);
    expect(texts[1]!.slice(entity!.start, entity!.end).replaceAll(" ", "")).toBe(entity!.word.replaceAll(" ", ""));
    ours.dispose();
    await theirs.dispose();
  });

  test("token-classification gives unknown words as they are in the text", async () => {
    const model = tinyTokenClassifierModel();
    const ner = await pipeline("ner", model);
    const text = "a good Qwxyz film Żółw";
    const words = (await ner(text, { ignore_labels: [] })).map(({ word }) => word);
    expect(words).toEqual(["a", "good", "Qwxyz", "film", "Żółw"]);
    const groups = await ner(text, { ignore_labels: [], aggregation_strategy: "simple" });
    expect(groups.map(({ word }) => word).join(" ")).toBe(text);
    ner.dispose();
    dispose(model);
  });

  test("token-classification omits the entities whose type, or all of its labels, are ignored", async () => {
    const model = tinyEncoderModel();
    const labels = ["B-ANIMAL", "I-ANIMAL"];
    const tokenClassifier = new TokenClassifier({ encoder: model.encoder, rng: new Rng(1), labels });
    const ner = await pipeline("ner", { ...model, tokenClassifier });
    const groups = async (...ignore_labels: string[]): Promise<number> =>
      (await ner(texts[1]!, { aggregation_strategy: "simple", ignore_labels })).length;
    expect([await groups(), await groups("O"), await groups("B-ANIMAL")].every((count) => count > 0)).toBe(true);
    expect([await groups("ANIMAL"), await groups(...labels)]).toEqual([0, 0]);
    expect(await ner(texts[1]!, { ignore_labels: labels })).toEqual([]);
    ner.dispose();
    dispose({ ...model, tokenClassifier });
  });

  test("fill-mask", async () => {
    const folder = await folderOf("masked", tinyMaskedLmModel());
    const ours = await pipeline("fill-mask", folder);
    const theirs = await theirPipeline("fill-mask", "masked", local);
    const masked = ["the [MASK] was good.", "[MASK] zebra"];
    expectSame(await ours(masked[0]!), await theirs(masked[0]!));
    expectSame(await ours(masked, { top_k: 3 }), await theirs(masked, { top_k: 3 }));
    await expect(ours(["a [MASK]", "a film"])).rejects.toThrow("texts[1] must have one [MASK]");
    await expect(ours("[MASK] [MASK]")).rejects.toThrow("got 2. fillMask(model) fills each of several.");
    ours.dispose();
    await theirs.dispose();
  });

  test("question-answering", async () => {
    const folder = await folderOf("questions", tinyQuestionModel());
    const ours = await pipeline("question-answering", folder);
    const theirs = await theirPipeline("question-answering", "questions", local);
    const [question, context] = ["was the film good", "the good film was not very bad, the zebra"];
    expectSame(await ours(question, context), await theirs(question, context));
    expectSame(await ours(question, context, { top_k: 4 }), await theirs(question, context, { top_k: 4 } as never).then((found) => [found].flat(2).slice(0, 4))); // prettier-ignore
    expectSame(
      await ours([question, "a"], [context, "bad film"]),
      await theirs([question, "a"], [context, "bad film"]),
    );
    const { start, end, answer } = await ours({ question, context });
    expect(context.slice(start, end)).toBe(answer);
    ours.dispose();
    await theirs.dispose();
  });

  test("zero-shot-classification", async () => {
    const labels = ["contradiction", "neutral", "entailment"];
    const folder = await folderOf("inference", tinyClassifierModel("single-label", labels));
    const ours = await pipeline("zero-shot-classification", folder);
    const theirs = await theirPipeline("zero-shot-classification", "inference", local);
    const topics = ["film", "zebra", "plot"];
    expectSame(await ours(texts[0]!, topics), await theirs(texts[0]!, topics));
    const several = { multi_label: true, hypothesis_template: "the {} was good." };
    expectSame(await ours(texts, topics, several), await theirs(texts, topics, several));
    expectSame(await ours(texts, "film"), await theirs(texts, "film"));
    ours.dispose();
    await theirs.dispose();
  });
});

test("sentence-similarity is the cosine of pooled vectors, of a list and of a stream", async () => {
  const model = tinyEncoderModel();
  const compare = await pipeline("sentence-similarity", model);
  const scores = await compare(texts[0]!, [texts[0]!, ...texts]);
  expect(scores.slice(0, 2)).toBeAllClose([1, 1], close);
  const { data } = await (await pipeline("embeddings", model))(texts, { pooling: "mean", normalize: true });
  for (let i = 0; i < texts.length; i++) {
    const dot = data.subarray(0, 16).reduce((sum, value, j) => sum + value * data[i * 16 + j]!, 0);
    expect([scores[i + 1]!]).toBeAllClose([dot], close);
  }
  expect(await listOf(compare(texts[0]!, streamOf(texts)))).toBeAllClose(scores.slice(1), close);
  dispose(model);
});

test("a classifier of one output gives probabilities, unless config.json says regression", async () => {
  const folder = memoryFolder();
  const model = tinyClassifierModel("regression", ["relevance"]);
  const values = await textClassification(model)(texts);
  const logits = values.map(([value]) => value!.score);
  const sigmoids = logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  const stated = { "single-label": "single_label_classification", "multi-label": "multi_label_classification", regression: "regression" }; // prettier-ignore
  for (const problem of [undefined, "regression", "single-label", "multi-label"] as const) {
    await savePretrained(folder, model);
    const { problem_type: _, ...config } = JSON.parse(new TextDecoder().decode(folder.files.get("config.json"))) as Record<string, unknown>; // prettier-ignore
    const changed = { ...config, ...(problem && { problem_type: stated[problem] }) };
    await folder.write("config.json", new TextEncoder().encode(JSON.stringify(changed)));
    const loaded = await fromPretrained(folder);
    expect([loaded.classifier!.problem, loaded.problemUnstated]).toEqual([
      problem ?? "regression",
      problem === undefined ? true : undefined,
    ]);
    await savePretrained(folder, loaded);
    expect(JSON.parse(new TextDecoder().decode(folder.files.get("config.json")))).toEqual(changed);
    const expected = problem === "regression" ? logits : sigmoids;
    for (const classify of [
      await pipeline("text-classification", folder),
      await pipeline("text-classification", loaded),
    ]) {
      expectSame(await classify(texts), expected.map((score) => ({ label: "relevance", score }))); // prettier-ignore
      classify.dispose();
    }
    if (problem === undefined) {
      const plain = await textClassification(loaded)(texts);
      expectSame(plain, values);
    }
    loaded.dispose();
  }
  dispose(model);
});

test("text-ranking sorts documents by a cross-encoder, and needs one", async () => {
  const model = tinyClassifierModel("regression", ["relevance"]);
  const rank = await pipeline("text-ranking", model);
  const found = await rank("good film", texts, { return_documents: true });
  const logits = await (
    await pipeline("text-classification", model)
  )(texts.map((text) => ["good film", text] as const));
  const expected = logits.map(({ score }, corpus_id) => ({ corpus_id, score, text: texts[corpus_id]! }));
  expected.sort((a, b) => b.score - a.score);
  expectSame(found, expected.map((each) => ({ ...each, score: 1 / (1 + Math.exp(-each.score)) }))); // prettier-ignore
  expect(await rank("good film", texts, { top_k: 1 })).toEqual([{ corpus_id: found[0]!.corpus_id, score: found[0]!.score }]); // prettier-ignore
  // As the config.json of cross-encoder/ms-marco-MiniLM-L6-v2 says.
  const folder = memoryFolder();
  await savePretrained(folder, { ...model, plainScores: true });
  const saved: unknown = JSON.parse(new TextDecoder().decode(folder.files.get("config.json")));
  expect(saved).toHaveProperty("sentence_transformers", { activation_fn: "torch.nn.modules.linear.Identity" });
  const loaded = await fromPretrained(folder);
  for (const plain of [await pipeline("text-ranking", folder), await pipeline("text-ranking", loaded)]) {
    expectSame(await plain("good film", texts, { return_documents: true }), expected);
    plain.dispose();
  }
  const crossEncoder = new CrossEncoder({ classifier: loaded.classifier!, plainScores: loaded.plainScores! });
  const ranked = await rankDocuments(crossEncoder, loaded.tokenizer, "good film", texts, { maxLength: 24 });
  expectSame(ranked, expected.map(({ corpus_id, score }) => ({ index: corpus_id, score }))); // prettier-ignore
  loaded.dispose();
  const labels = tinyClassifierModel();
  await expect(pipeline("text-ranking", labels)).rejects.toThrow("a classifier with one output, got 3 labels");
  await expect(pipeline("zero-shot-classification", labels)).rejects.toThrow(
    "with labels entailment and contradiction",
  );
  dispose(model);
  dispose(labels);
});

describe("a folder's model_max_length is the default limit, which max_length overrides, and is saved", () => {
  const long = "not a good film , the plot was very bad . the zebra was good ! a film is not a plot";
  type Call = (pipe: never, options: object) => Promise<unknown>;
  const call =
    (...given: unknown[]): Call =>
    (pipe, options) =>
      (pipe as (...all: unknown[]) => Promise<unknown>)(...given, options);
  const entailing = (): PretrainedParts => tinyClassifierModel("single-label", ["entailment", "contradiction"]);
  const cases: [PipelineTask, () => PretrainedParts, Call][] = [
    ["text-classification", tinyClassifierModel, call(long)],
    ["text-ranking", () => tinyClassifierModel("regression", ["relevance"]), call("a plot", [long])],
    ["zero-shot-classification", entailing, call(long, ["film", "zebra"])],
    [
      "token-classification",
      tinyTokenClassifierModel,
      (pipe, options) => call(long)(pipe, { ...options, ignore_labels: [] }),
    ],
    ["fill-mask", tinyMaskedLmModel, call(`[MASK] ${long}`)],
    ["question-answering", tinyQuestionModel, call("a plot", long)],
    ["feature-extraction", tinyEncoderModel, (pipe, options) => call(long)(pipe, { ...options, pooling: "mean" })],
    ["feature-extraction", tinyEncoderModel, (pipe, options) => call(long)(pipe, { ...options, pooling: "sentence" })],
    ["sentence-similarity", tinyEncoderModel, call("a plot", long)],
  ];
  test.each(cases)("%s", async (task, make, ask) => {
    const model = make();
    const folder = memoryFolder();
    await savePretrained(folder, { ...model, maxLength: 10 });
    const config = JSON.parse(new TextDecoder().decode(folder.files.get("tokenizer_config.json"))) as object;
    expect(config).toHaveProperty("model_max_length", 10);
    const [limited, free] = [await pipeline(task, folder), await pipeline(task, model)];
    expect(await ask(limited as never, {})).toEqual(await ask(free as never, { max_length: 10 }));
    expect(await ask(limited as never, { max_length: 24 })).toEqual(await ask(free as never, {}));
    expect(await ask(limited as never, {})).not.toEqual(await ask(free as never, {}));
    for (const each of [limited, free]) each.dispose();
    dispose(model);
  });

  test("of the inference functions", async () => {
    const folder = memoryFolder();
    const models = { classifier: tinyClassifierModel(), answerer: tinyQuestionModel() };
    const limit = { maxLength: 10 };
    await savePretrained(folder, { ...models.classifier, ...limit });
    const loaded = await fromPretrained(folder);
    expect(await textClassification(loaded)(long)).toEqual(await textClassification(models.classifier, limit)(long));
    expect(await featureExtraction(loaded)(long)).toEqual(await featureExtraction(models.classifier, limit)(long));
    expect(await featureExtraction(loaded, { maxLength: 24 })(long)).toEqual(
      await featureExtraction(models.classifier)(long),
    );
    const question = { question: "a plot", context: long };
    const ask = questionAnswering({ ...models.answerer, ...limit }, { docStride: 2, topK: 3 });
    expect(await ask(question)).toEqual(
      await questionAnswering(models.answerer, { docStride: 2, topK: 3, ...limit })(question),
    );
    for (const model of [loaded, models.classifier, models.answerer]) dispose(model);
  });
});

test("contexts longer than the encoder's maximum are split into windows", async () => {
  const model = tinyQuestionModel();
  const answer = await pipeline("question-answering", model);
  const context = `${"the film was very good . ".repeat(12)}zebra`;
  const found = await answer("a zebra", context, { top_k: 5, doc_stride: 4, handle_impossible_answer: true });
  expect(found).toHaveLength(5);
  for (const { answer: text, start, end } of found) expect(context.slice(start, end)).toBe(text);
  expect(await answer("a zebra", "", { handle_impossible_answer: true })).toEqual({ answer: "", score: 1, start: 0, end: 0 }); // prettier-ignore
  dispose(model);
});

test("questions are truncated, and errors name the pipeline's options", async () => {
  const model = tinyQuestionModel();
  const answer = await pipeline("question-answering", model);
  const context = "the film was very good . zebra";
  const input = { question: "good ".repeat(40), context };
  const short = { question: "good", context };
  await expect(answer([short, input])).rejects.toThrow(
    "question-answering: the question of input 1 has 40 tokens, which leaves no space for the context in 24. Shorten it, or lower max_question_len.",
  );
  await expect(answer(input, { max_length: 10 })).rejects.toThrow("lower max_question_len, or raise max_length.");
  const truncated = await answer(input, { max_question_len: 3 });
  expect(truncated).toEqual(await answer({ question: "good good good", context }));
  await expect(answer(short, { max_length: 10, doc_stride: 6 })).rejects.toThrow(
    "question-answering: doc_stride must be less than the 6 context tokens of input 0 that fit in a window, got 6. Lower doc_stride or max_question_len, or raise max_length.",
  );
  expect(await answer("good", "the film", { max_length: 10, doc_stride: 6 })).toHaveProperty("answer");
  await expect(answer(short, { max_question_len: 0 })).rejects.toThrow("max_question_len must be a whole number");
  dispose(model);
});

test("answers are whole words, each once, unless align_to_words is false", async () => {
  const model = tinyQuestionModel();
  const answer = await pipeline("question-answering", model);
  const context = "the goods plots badly";
  const spans = async (options: object): Promise<FoundAnswer[]> => {
    const found = await answer("a zebra", context, { top_k: 40, ...options });
    for (const { answer: text, start, end } of found) expect(context.slice(start, end)).toBe(text);
    return found;
  };
  const pieces = await spans({ align_to_words: false });
  expect(pieces).toHaveLength(28);
  expect(pieces.map(({ answer: text }) => text)).toContain("s plot");
  const words = await spans({});
  expect(await spans({ align_to_words: true })).toEqual(words);
  expect(words.map(({ answer: text }) => text).toSorted()).toEqual(
    ["badly", "goods", "goods plots", "goods plots badly", "plots", "plots badly", "the", "the goods", "the goods plots", context], // prettier-ignore
  );
  expect(words.map(({ score }) => score)).toEqual(words.map(({ score }) => score).toSorted((a, b) => b - a));
  const inside = pieces.filter(({ start, end }) => start >= 10 && end <= 15);
  expect(inside.map(({ answer: text }) => text).toSorted()).toEqual(["plot", "plots", "s"]);
  expect(words.find(({ answer: text }) => text === "plots")!.score).toBe(inside[0]!.score);
  expect(await answer("a zebra", context)).toEqual(words[0]);
  dispose(model);
});

test("two empty lists are questions and contexts", async () => {
  const model = tinyQuestionModel();
  const answer = await pipeline("question-answering", model);
  expect(await answer([], [])).toEqual([]);
  expect(await answer([], [], { top_k: 2 })).toEqual([]);
  expect(await answer([])).toEqual([]);
  await expect(answer(["a zebra"], [])).rejects.toThrow(
    "every question needs a context, got 1 questions and 0 contexts",
  );
  await expect(answer([], ["a zebra"])).rejects.toThrow(
    "every question needs a context, got 0 questions and 1 contexts",
  );
  dispose(model);
});

describe("on the Node backend, one graph serves all lengths and batch sizes", () => {
  const compiles = (): number => (tf.backend() as unknown as { stats(): { compiles: number } }).stats().compiles;
  const many = Array.from({ length: 30 }, (_, i) => `${"very ".repeat((i * 7) % 13)}good film`);

  test("of a classifier, also after dispose and after its weights change", async () => {
    const model = tinyClassifierModel();
    const classify = await pipeline("text-classification", model);
    const before = compiles();
    const scores = await classify(many);
    for (const text of many) await classify(text);
    await classify(many, { batch_tokens: 50 });
    expect(compiles()).toBe(before + 1);
    classify.dispose();
    expectSame(await classify(many), scores);
    expect(compiles()).toBe(before + 2);
    model.classifier.dense.bias!.assign(tf.tensor1d([0, 9, 0]));
    for (const { label } of await classify(many)) expect(label).toBe(model.classifier.labels[1]);
    dispose(model);
  });

  test("of masks, questions and tokens", async () => {
    const [masked, questions, tokens] = [tinyMaskedLmModel(), tinyQuestionModel(), tinyTokenClassifierModel()];
    const fill = await pipeline("fill-mask", masked);
    const answer = await pipeline("question-answering", questions);
    const label = await pipeline("ner", tokens);
    const before = compiles();
    await fill(many.map((text) => text.replace("good", "[MASK]")));
    for (const text of many) await fill(text.replace("film", "[MASK]"));
    await answer(many.map((context) => ({ question: "a film", context })));
    for (const context of many) await answer("a film", context);
    await label(many);
    for (const text of many) await label(text);
    expect(compiles()).toBe(before + 3);
    for (const model of [masked, questions, tokens]) dispose(model);
  });
});

describe("calls", () => {
  test("batches by tokens, streams and lists give the same in the order of the texts, without leaking tensors", async () => {
    const model = tinyClassifierModel();
    const classify = await pipeline("text-classification", model);
    const many = Array.from({ length: 40 }, (_, i) => `${"very ".repeat((i * 7) % 13)}${texts[i % 4]}`);
    const expected: unknown[] = [];
    for (const text of many) expected.push(...(await classify(text)));
    const before = tf.memory().numTensors;
    expectSame(await classify(many), expected);
    expectSame(await classify(many, { batch_tokens: 20 }), expected);
    expectSame(await classify(many, { batch_size: 3 }), expected);
    expectSame(await listOf(classify(streamOf(many))), expected);
    const all = await listOf(classify(streamOf(many), { top_k: 3 }));
    expect(all[39]).toHaveLength(3);
    expect(tf.memory().numTensors).toBe(before);
    dispose(model);
  });

  test("a stream is closed when the consumer stops, and its error comes after the results of earlier items", async () => {
    const model = tinyClassifierModel();
    const classify = await pipeline("text-classification", model);
    let closed = false;
    const endless = async function* (): AsyncGenerator<string> {
      try {
        for (;;) yield "good";
      } finally {
        closed = true;
      }
    };
    for await (const { label } of classify(endless())) {
      expect(label).toBeTypeOf("string");
      break;
    }
    expect(closed).toBe(true);
    const broken = async function* (): AsyncGenerator<string> {
      yield "good";
      yield "bad";
      throw new Error("The line is gone.");
    };
    const received: unknown[] = [];
    const reading = (async () => {
      for await (const each of classify(broken())) received.push(each);
    })();
    await expect(reading).rejects.toThrow("The line is gone.");
    expect(received).toHaveLength(2);
    dispose(model);
  });

  test("a signal stops lists and streams", async () => {
    const model = tinyClassifierModel();
    const classify = await pipeline("text-classification", model);
    await expect(classify(texts, { signal: AbortSignal.abort(new Error("Enough.")) })).rejects.toThrow("Enough.");
    const stop = new AbortController();
    const silent = async function* (): AsyncGenerator<string> {
      yield "good";
      stop.abort(new Error("Too slow."));
      await new Promise(() => {});
    };
    const received: unknown[] = [];
    const reading = (async () => {
      for await (const each of classify(silent(), { signal: stop.signal })) received.push(each);
    })();
    await expect(reading).rejects.toThrow("Too slow.");
    const later = new AbortController();
    let results = 0;
    const stopping = (async () => {
      for await (const _ of classify(streamOf(texts), { signal: later.signal })) {
        results++;
        later.abort(new Error("One is enough."));
      }
    })();
    await expect(stopping).rejects.toThrow("One is enough.");
    expect(results).toBe(1);
    dispose(model);
  });

  test("an error names the index of an invalid text", async () => {
    const model = tinyClassifierModel();
    const classify = await pipeline("text-classification", model);
    await expect(classify(["good", null as never])).rejects.toThrow("text-classification: texts[1] must be a text or a pair of texts, got null."); // prettier-ignore
    await expect(classify([["good", 3] as never])).rejects.toThrow("texts[0] must be a text or a pair of texts, got 3 in a pair."); // prettier-ignore
    const received: unknown[] = [];
    const reading = (async () => {
      for await (const each of classify(streamOf(["a", "b", 7 as never, "c"]))) received.push(each);
    })();
    await expect(reading).rejects.toThrow("texts[2] must be");
    expect(received).toHaveLength(2);
    await expect(classify(7 as never)).rejects.toThrow("texts must be a text, a list of texts or an async iterable of texts, got 7."); // prettier-ignore
    await expect(classify("good", { topK: 2 } as never)).rejects.toThrow(
      "no option is called topK. Did you mean top_k? Use max_length,",
    );
    await expect(classify("good", { top_k: 0 })).rejects.toThrow("text-classification: top_k must be");
    dispose(model);
  });
});

test("rejects unknown tasks, models without the part, and options with a loaded model", async () => {
  const model = tinyEncoderModel();
  await expect(pipeline("translation" as PipelineTask, model)).rejects.toThrow('there is no task "translation". Use feature-extraction,'); // prettier-ignore
  await expect(pipeline("ner", model)).rejects.toThrow("token-classification needs a model with a token classifier, but this one has none."); // prettier-ignore
  await expect(pipeline("ner", undefined as never)).rejects.toThrow("the model must be a path");
  await expect(pipeline("embeddings", model, { revision: "main" })).rejects.toThrow("options are for loading a model");
  const folder = await folderOf("encoder", model);
  const before = tf.memory().numTensors;
  await expect(pipeline("fill-mask", folder)).rejects.toThrow("needs a model with a masked-LM head");
  await expect(pipeline("embeddings", folder, { revison: "main" } as never)).rejects.toThrow("no option is called revison"); // prettier-ignore
  expect(tf.memory().numTensors).toBe(before);
});

async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function* streamOf<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

import * as heads from "@bertkit/heads";
import { inference } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Calls } from "../call.ts";
import {
  answerer,
  bert,
  chooser,
  classifier,
  crossEncoder,
  embedder,
  inputs,
  labels,
  maskedLm,
  question,
  relevance,
  rng,
  tagger,
  text,
  tokenizer,
  vectors,
} from "../fixtures.ts";

const nextSentence = new heads.NextSentence({ encoder: bert, rng: rng() });
const ranking = { query: "the film", documents: ["a good film"], relevance: [1] };
const choice = { context: "the film", choices: ["good", "bad"], label: 0 };

export const headsCalls: Calls = {
  "@bertkit/heads: encodeRows(options)": { call: (options) => heads.encodeRows([text], tokenizer, options) },
  "@bertkit/heads: padRows(options)": {
    call: (options) => heads.padRows(heads.encodeRows([text], tokenizer), 0, options),
  },
  "@bertkit/heads: predictRows(options)": {
    call: (options) =>
      heads.predictRows(heads.encodeRows([text], tokenizer), 0, (batch) => classifier.predict(batch), options),
  },
  "@bertkit/heads: rankingBatch(options)": { call: (options) => heads.rankingBatch([ranking], tokenizer, options) },
  "@bertkit/heads: rankDocuments(options)": {
    call: (options) => heads.rankDocuments(crossEncoder, tokenizer, text, [text], options),
  },
  "@bertkit/heads: new CrossEncoder(options)": {
    call: (options) => new heads.CrossEncoder(options),
    required: () => ({ classifier: relevance }),
  },
  "@bertkit/heads: followProbabilities(options)": {
    call: (options) => heads.followProbabilities(nextSentence, tokenizer, [[text, text]], options),
  },
  "@bertkit/heads: new NextSentence(options)": {
    call: (options) => new heads.NextSentence(options),
    required: () => ({ encoder: bert, rng: rng() }),
  },
  "@bertkit/heads: new MultiTask(options)": {
    call: (options) => new heads.MultiTask(options),
    required: () => ({ heads: { films: classifier } }),
  },
  "@bertkit/heads: choiceBatch(options)": { call: (options) => heads.choiceBatch([choice], tokenizer, options) },
  "@bertkit/heads: choose(options)": { call: (options) => heads.choose(chooser, tokenizer, [choice], options) },
  "@bertkit/heads: new MultipleChoice(options)": {
    call: (options) => new heads.MultipleChoice(options),
    required: () => ({ encoder: bert, rng: rng() }),
  },
  "@bertkit/heads: answerQuestions(options)": {
    call: (options) => heads.answerQuestions(answerer, tokenizer, [question], options),
    required: () => ({ maxLength: 16 }),
  },
  "@bertkit/heads: decodeAnswers(options)": {
    call: (options) => {
      const { windows, ...rest } = heads.encodeQuestion(question, tokenizer, { maxLength: 16 });
      const logits = windows.map(({ ids }) => ({
        start: new Float32Array(ids.length),
        end: new Float32Array(ids.length),
      }));
      return heads.decodeAnswers({ windows, ...rest }, logits, tokenizer, options);
    },
  },
  "@bertkit/heads: encodeQuestion(options)": { call: (options) => heads.encodeQuestion(question, tokenizer, options) },
  "@bertkit/heads: new QuestionAnswerer(options)": {
    call: (options) => new heads.QuestionAnswerer(options),
    required: () => ({ encoder: bert, rng: rng() }),
  },
  "@bertkit/heads: questionBatch(options)": {
    call: (options) =>
      heads.questionBatch(heads.questionFeatures({ ...question, answers: [] }, tokenizer), tokenizer, options),
  },
  "@bertkit/heads: questionFeatures(featureOptions)": {
    call: (options) => heads.questionFeatures({ ...question, answers: [] }, tokenizer, options),
  },
  "@bertkit/heads: squadPredictions(options)": { call: (options) => heads.squadPredictions([], options) },
  "@bertkit/heads: embedTexts(options)": { call: (options) => heads.embedTexts(embedder, tokenizer, [text], options) },
  "@bertkit/heads: new SentenceEmbedder(options)": {
    call: (options) => new heads.SentenceEmbedder(options),
    required: () => ({ encoder: bert }),
  },
  "@bertkit/heads: sentenceModuleFiles(modules)": {
    call: (modules) => heads.sentenceModuleFiles(modules, 8),
    required: () => ({ pooling: ["mean"] as const, normalize: true, maxLength: 16, lowercase: false }),
  },
  "@bertkit/heads: coSentLoss(options)": {
    call: (options) => heads.coSentLoss(vectors, vectors, tf.tensor1d([0, 1]), options),
  },
  "@bertkit/heads: matryoshkaLoss(options)": {
    call: (options) => heads.matryoshkaLoss([vectors], options, ([first]) => tf.sum(first!)),
    required: () => ({ sizes: [1, 2] }),
  },
  "@bertkit/heads: multipleNegativesRanking(options)": {
    call: (options) => heads.multipleNegativesRanking(vectors, vectors, options),
  },
  "@bertkit/heads: tripletLoss(options)": { call: (options) => heads.tripletLoss(vectors, vectors, vectors, options) },
  "@bertkit/heads: classificationBatch(options)": {
    call: (options) => heads.classificationBatch([{ input: text, label: "bad" }], tokenizer, classifier, options),
  },
  "@bertkit/heads: classifyTexts(options)": {
    call: (options) => heads.classifyTexts(classifier, tokenizer, [text], options),
  },
  "@bertkit/heads: new SequenceClassifier(options)": {
    call: (options) => new heads.SequenceClassifier(options),
    required: () => ({ encoder: bert, rng: rng(), labels }),
  },
  "@bertkit/heads: findEntities(options)": {
    call: (options) => heads.findEntities(tagger, tokenizer, [text], options),
  },
  "@bertkit/heads: tagWords(options)": {
    call: (options) => heads.tagWords(tagger, tokenizer, [["the", "film"]], options),
  },
  "@bertkit/heads: tokenBatch(options)": {
    call: (options) => heads.tokenBatch([{ words: ["film"], labels: ["O"] }], tokenizer, tagger, options),
  },
  "@bertkit/heads: new TokenClassifier(options)": {
    call: (options) => new heads.TokenClassifier(options),
    required: () => ({ encoder: bert, rng: rng(), labels }),
  },
  "@bertkit/heads: new LateInteraction(options)": {
    call: (options) => new heads.LateInteraction(options),
    required: () => ({ encoder: bert, rng: rng() }),
  },
  "@bertkit/heads: new LayerFeatures(options)": {
    call: (options) => new heads.LayerFeatures(options),
    required: () => ({ encoder: bert }),
  },
  "@bertkit/heads: new SentencePairClassifier(options)": {
    call: (options) => new heads.SentencePairClassifier(options),
    required: () => ({ embedder, rng: rng(), labels }),
  },
  "@bertkit/heads: new SparseEmbedder(options)": {
    call: (options) => new heads.SparseEmbedder(options),
    required: () => ({ encoder: bert, scorer: maskedLm }),
  },
  "@bertkit/heads: simCseLoss(options)": {
    call: (options) => heads.simCseLoss(embedder, inputs, inference, options),
  },
};

// How to call parts of models: operations, layers and losses.
import * as encoder from "@bertkit/encoder";
import * as heads from "@bertkit/heads";
import * as nn from "@bertkit/nn";
import * as ops from "@bertkit/ops";
import * as pretraining from "@bertkit/pretraining";
import * as training from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import {
  answerer,
  bert,
  chooser,
  classifier,
  config,
  crossEncoder,
  dense,
  documents,
  embedder,
  inputs,
  labels,
  maskedLm,
  parts,
  pretrainingVocabulary,
  rng,
  tagger,
  text,
  tokenizer,
  vectors,
} from "./fixtures.ts";

/** For functions that are called with too few or wrong arguments, as JavaScript allows. */
type Loose = (...given: unknown[]) => unknown;
const loose = (call: unknown): Loose => call as Loose;
const positions = tf.zeros<tf.Rank.R2>([1, 1], "int32");
const sequence = tf.zeros<tf.Rank.R3>([1, 4, 8]);
const ids = tf.zeros<tf.Rank.R1>([2], "int32");
const layout = encoder.layoutOf(inputs);
const ofHeads = tf.zeros<tf.Rank.R4>([1, 2, 4, 4]);
const attention = new encoder.SelfAttention({ size: 8, heads: 2, rng: rng() });
const pairClassifier = new heads.SentencePairClassifier({ embedder, rng: rng(), labels });
const lateInteraction = new heads.LateInteraction({ encoder: bert, size: 2, rng: rng() });

export const partDataCalls: Record<string, (data: never) => unknown> = {
  "attention q": (b) => ops.attention(b, ofHeads, ofHeads),
  "attention v": (b) => ops.attention(ofHeads, ofHeads, b),
  attentionMask: (b) => ops.attentionMask(b),
  barrier: (b) => ops.barrier(b),
  "runFusedKernel name": (b) => loose(ops.runFusedKernel)(b, { x: vectors }, { approximate: false }),
  "runFusedKernel inputs": (b) => ops.runFusedKernel("BertkitGelu", b, { approximate: false }),
  "runFusedKernel attributes": (b) => ops.runFusedKernel("BertkitGelu", { x: vectors }, b),
  "runFusedUpdate name": (b) => ops.runFusedUpdate(b, () => ({}) as never),
  "runFusedUpdate attributes": (b) => ops.runFusedUpdate("BertkitAdamW", b),
  checkIds: (b) => ops.checkIds("f", "ids", b, 2),
  dropout: (b) => ops.dropout(b, 0.5, 1),
  "embeddingLookup table": (b) => ops.embeddingLookup(b, ids),
  "embeddingLookup ids": (b) => ops.embeddingLookup(vectors, b),
  gatherPositions: (b) => ops.gatherPositions(b, positions),
  "gatherPositions positions": (b) => ops.gatherPositions(sequence, b),
  gelu: (b) => ops.gelu(b),
  geluTanh: (b) => ops.geluTanh(b),
  layerNorm: (b) => ops.layerNorm(b, ids, ids, 1e-12),
  linear: (b) => ops.linear(b, vectors),
  "linear kernel": (b) => ops.linear(vectors, b),
  linearCrossEntropy: (b) => ops.linearCrossEntropy(b, vectors, tf.zeros([2]), ids),
  "ownedTensor values": (b) => ops.ownedTensor(b, [2]),
  "ownedTensor shape": (b) => ops.ownedTensor(Float32Array.of(1), b),
  sigmoidCrossEntropy: (b) => ops.sigmoidCrossEntropy(b, vectors),
  softmaxCrossEntropy: (b) => ops.softmaxCrossEntropy(b, ids),
  "softmaxCrossEntropy labels": (b) => ops.softmaxCrossEntropy(vectors, b),
  withGradient: (b) => ops.withGradient(b, { forward: () => ({ value: vectors, saved: [] }), backward: () => [] }),
  "withGradient definition": (b) => ops.withGradient([vectors], b),

  "parameter rng": (b) => nn.parameter([1], nn.zeros, b),
  "parameter initializer": (b) => nn.parameter([1], b, rng()),
  zeros: (b) => nn.zeros(b, rng()),
  ones: (b) => nn.ones(b, rng()),
  "normal values": (b) => nn.normal(1)(b, rng()),
  "truncatedNormal rng": (b) => nn.truncatedNormal(1)(new Float32Array(1), b),
  matchPattern: (b) => nn.matchPattern(b, "a"),
  "matchPattern text": (b) => nn.matchPattern("a", b),
  "nameOfPath aliases": (b) => nn.pathOfName([{ path: "a", name: "b", aliases: b }], "c"),
  "Rng.fill": (b) => rng().fill(b, () => 0),
  "Dense.forward": (b) => dense().forward(b),
  "Dense.setAdapter": (b) => dense().setAdapter(b),
  "Embedding.forward": (b) => new nn.Embedding({ count: 1, size: 1, rng: rng() }).forward(b),
  "LayerNorm.forward": (b) => new nn.LayerNorm({ size: 1 }).forward(b),
  "Dropout.forward": (b) => new nn.Dropout(0.5).forward(vectors, b),
  recompute: (b) => nn.recompute({}, b, nn.inference, (x) => x),
  "recompute context": (b) => nn.recompute({}, vectors, b, (x) => x),
  "new LoraAdapter": (b) => new nn.LoraAdapter(b, { rank: 1, scale: 1, rng: rng() }),

  layoutOf: (b) => encoder.layoutOf(b),
  requirePooler: (b) => encoder.requirePooler("f", b),
  "encoder.forward": (b) => bert.forward(b, nn.inference),
  "encoder.forward context": (b) => bert.forward(inputs, b),
  "encoder.forwardAt": (b) => bert.forwardAt(inputs, b, nn.inference),
  forwardAt: (b) => encoder.forwardAt(b, inputs, positions, nn.inference),
  "forwardAt positions": (b) => encoder.forwardAt(bert, inputs, b, nn.inference),
  "layer.forwardAt": (b) => bert.layers[0]!.forwardAt!(vectors, positions, layout, b),
  "layer.forwardAt hidden": (b) => bert.layers[0]!.forwardAt!(b, positions, layout, nn.inference),
  "layer.forwardAt layout": (b) => bert.layers[0]!.forwardAt!(vectors, positions, b, nn.inference),
  "SelfAttention.forwardAt": (b) => attention.forwardAt(vectors, positions, b, nn.inference),
  "activations.relu": (b) => encoder.activations.relu(b),
  "activations.silu": (b) => encoder.activations.silu(b),
  "anyDocument random": (b) => pretraining.anyDocument(0, 2, b),
  "anyDocument count": (b) => pretraining.anyDocument(0, b, rng()),
  forwardFirst: (b) => encoder.forwardFirst(bert, b, nn.inference),
  "forwardFirst encoder": (b) => encoder.forwardFirst(b, inputs, nn.inference),
  "embeddings.forward": (b) => bert.embeddings.forward(b, nn.inference),
  "BertEncoder layers": (b) => new encoder.BertEncoder({ hiddenSize: 8, embeddings: bert.embeddings, layers: b }),
  "createBert layer": (b) => encoder.createBert(config, rng(), { layer: () => b }),
  huggingFaceOutputs: (b) => encoder.huggingFaceOutputs(b),
  tfHubOutputs: (b) => encoder.tfHubOutputs(b),
  huggingFaceSpellings: (b) => encoder.huggingFaceSpellings(b),
  "startWithNeighborAttention encoder": (b) => encoder.startWithNeighborAttention(b, { offsets: [1] }),
  "startWithWordVectors encoder": (b) => encoder.startWithWordVectors(b, [1]),
  splitHeads: (b) => encoder.splitHeads(b, 2),
  mergeHeads: (b) => encoder.mergeHeads(b),
  "attendHeads layout": (b) => encoder.attendHeads(vectors, vectors, vectors, b, nn.inference, attention),
  "attendHeads options": (b) => encoder.attendHeads(vectors, vectors, vectors, layout, nn.inference, b),
  "Pooler.forward": (b) => new encoder.Pooler({ size: 8, rng: rng() }).forward(b),
  "FeedForward.forward": (b) => new encoder.FeedForward({ size: 8, intermediateSize: 8, rng: rng() }).forward(b),

  maxSim: (b) => heads.maxSim(b, sequence),
  flopsLoss: (b) => heads.flopsLoss(b),
  coSentLoss: (b) => heads.coSentLoss(vectors, vectors, b),
  cosineSimilarityLoss: (b) => heads.cosineSimilarityLoss(b, vectors, tf.zeros([2])),
  multipleNegativesRanking: (b) => heads.multipleNegativesRanking(b, vectors),
  simCseLoss: (b) => heads.simCseLoss(b, inputs, nn.inference),
  "simCseLoss inputs": (b) => heads.simCseLoss(embedder, b, nn.inference),
  tripletLoss: (b) => heads.tripletLoss(vectors, vectors, b),
  "matryoshkaLoss loss": (b) => heads.matryoshkaLoss([vectors], { sizes: [1] }, b),
  choiceTensors: (b) => heads.choiceTensors(b),
  classificationTensors: (b) => heads.classificationTensors(b),
  questionTensors: (b) => heads.questionTensors(b),
  rankingTensors: (b) => heads.rankingTensors(b),
  tokenTensors: (b) => heads.tokenTensors(b),
  "labelTargets classifier": (b) => heads.labelTargets(["a"], b),
  "tokenBatch classifier": (b) => heads.tokenBatch([{ words: ["a"], labels: ["O"] }], tokenizer, b),
  "encodeRows tokenizer": (b) => heads.encodeRows([text], b),
  "predictRows predict": (b) => heads.predictRows(heads.encodeRows([text], tokenizer), 0, b),
  "predictRows result": (b) => heads.predictRows(heads.encodeRows([text], tokenizer), 0, () => b),
  "aggregateTokens probabilities": (b) => heads.aggregateTokens(tokenizer.encode(text), b, ["O"], "simple"),
  "decodeAnswers question": (b) => heads.decodeAnswers(b, [], tokenizer),
  "widenToWords question": (b) => heads.widenToWords(b, [0, 0]),

  documentIds: (b) => pretraining.documentIds([text], b),
  "createInstances random": (b) => pretraining.createInstances(documents, { vocabulary: pretrainingVocabulary }, b),
  "blockInstances random": (b) => pretraining.blockInstances(documents, { vocabulary: pretrainingVocabulary }, b),
  "createInstances sentence": (b) =>
    pretraining.createInstances([[b]], { vocabulary: pretrainingVocabulary, dupeFactor: 1 }, rng()),
  "maskAgain random": (b) =>
    pretraining.maskAgain({ vocabulary: pretrainingVocabulary })(
      pretraining.createInstances(documents, { vocabulary: pretrainingVocabulary, dupeFactor: 1 }, rng())[0]!,
      b,
    ),
  pretrainingTensors: (b) => pretraining.pretrainingTensors(b),
  "objective lossOf": (b) => pretraining.objective({}, b),
  "objective.loss": (b) => pretraining.maskedLmObjective(maskedLm).loss(bert, b, nn.inference),
  "objective.loss encoder": (b) => pretraining.maskedLmObjective(maskedLm).loss(b, inputs as never, nn.inference),
  "MaskedLmHead encoder": (b) => new pretraining.MaskedLmHead({ encoder: b, rng: rng() }),
  "MaskedLmHead word embeddings": (b) =>
    new pretraining.MaskedLmHead({
      encoder: { hiddenSize: 8, forward: () => sequence, embeddings: b } as never,
      rng: rng(),
    }),
  "MaskedLmHead.forward": (b) => maskedLm.forward(b),
  "PythonRandom.shuffle": (b) => new pretraining.PythonRandom(1).shuffle(b),

  clipScale: (b) => training.clipScale(b, 1),
  orthogonalize: (b) => training.orthogonalize(b, 1),
  "decayWeights decays": (b) => training.decayWeights(0.1, b),
  "broadcastTrainingState group": (b) =>
    training.broadcastTrainingState(
      { model: { dense: dense() }, optimizer: training.sgd({ learningRate: 1 }), rng: rng() },
      b,
    ),
  "optimizer.update gradient": (b) =>
    training.sgd({ learningRate: 1 }).update(nn.variables(dense()), new Map([["kernel", b]])),
  "optimizer.restore slot": (b) =>
    training.sgd({ learningRate: 1, momentum: 0.9 }).restore({ step: 1, slots: new Map([["momentum/kernel", b]]) }),
};

/** Heads with a loss of a batch and a context. */
for (const [name, head] of Object.entries({
  answerer,
  chooser,
  classifier,
  crossEncoder,
  tagger,
  pairClassifier,
  nextSentence: new heads.NextSentence({ encoder: bert, rng: rng() }),
})) {
  partDataCalls[`${name}.loss`] = (data) => head.loss(data, nn.inference);
  partDataCalls[`${name}.forward`] = (data) => head.forward(data, nn.inference);
  partDataCalls[`${name}.forward context`] = (data) => head.forward(inputs as never, data);
}
for (const [name, head] of Object.entries({ embedder, lateInteraction })) {
  partDataCalls[`${name}.forward`] = (data) => head.forward(data, nn.inference);
  partDataCalls[`${name}.forward context`] = (data) => head.forward(inputs, data);
}

/** Functions of a head, a tokenizer and data. */
for (const [name, data] of Object.entries({
  classifyTexts: [text],
  choose: [{ context: "a", choices: ["b", "c"] }],
  embedTexts: [text],
  findEntities: [text],
  tagWords: [["film"]],
  followProbabilities: [["a", "b"]],
  answerQuestions: [{ question: "a", context: "b" }],
} as const))
  partDataCalls[`${name} head`] = (head) => loose(heads[name as "choose"])(head, parts.tokenizer, data);

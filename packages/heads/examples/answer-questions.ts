// Trains a question answerer from scratch: windows of the context, training, n-best answers, SQuAD's output files and
// scores.
import { useBackend } from "@bertkit/backend";
import { collect, readSquad } from "@bertkit/datasets";
import { createBert } from "@bertkit/encoder";
import {
  answerQuestions,
  QuestionAnswerer,
  questionBatch,
  questionFeatures,
  squadPredictions,
  type SquadPredictions,
} from "@bertkit/heads";
import { type SquadScores, squadScores, type SquadThresholds, squadThresholds } from "@bertkit/metrics";
import { dispose, Rng } from "@bertkit/nn";
import { bertTokenizer, Vocabulary } from "@bertkit/tokenizer";
import { adamW, train } from "@bertkit/training";

// A file of SQuAD 2.0, as readSquad reads it from a stream.
const context =
  "The Amazon rainforest covers most of the Amazon basin of South America. The basin is 7,000,000 square kilometers, " +
  "of which 5,500,000 are covered by the rainforest. The majority of the forest is in Brazil, with 60% of it, " +
  "followed by Peru with 13%, Colombia with 10%, and smaller parts in other nations.";
const ask = (id: string, question: string, answer?: string): object => ({
  id,
  question,
  is_impossible: answer === undefined,
  answers: answer === undefined ? [] : [{ text: answer, answer_start: context.indexOf(answer) }],
});
const qas = [
  ask("covers", "What does the rainforest cover?", "most of the Amazon basin"),
  ask("size", "How many square kilometers is the basin?", "7,000,000"),
  ask("majority", "Where is the majority of the forest?", "Brazil"),
  ask("peru", "How much of it is in Peru?", "13%"),
  ask("rivers", "How many rivers are in it?"),
];
const file = JSON.stringify({ version: "v2.0", data: [{ title: "Amazon", paragraphs: [{ context, qas }] }] });
const questions = await collect(readSquad([file]));

await useBackend("auto"); // the fastest that runs here
const words = new Set(
  questions.flatMap(({ question }) => `${question} ${context}`.toLowerCase().match(/\w+|[^\w\s]/g)!),
);
const tokenizer = bertTokenizer({
  vocabulary: new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...words]),
});
const rng = new Rng(0);
const encoder = createBert(
  {
    vocabularySize: tokenizer.vocabulary.size,
    hiddenSize: 32,
    hiddenLayers: 1,
    attentionHeads: 2,
    intermediateSize: 64,
    maxPositionEmbeddings: 64,
    typeVocabularySize: 2,
    hiddenDropout: 0,
    attentionDropout: 0,
    layerNormEpsilon: 1e-12,
    activation: "gelu",
    initializerRange: 0.1,
    pooler: false,
  },
  rng,
);
const answerer = new QuestionAnswerer({ encoder, rng });

// The context is longer than a row, so each question has several windows; most of them do not contain the answer.
const options = { maxLength: 48, docStride: 16, lengthMultiple: 48 };
const features = questions.flatMap((question) => questionFeatures(question, tokenizer, options));
const batch = questionBatch(features, tokenizer, options);
const optimizer = adamW({ learningRate: 0.01, weightDecay: 0 });
const run = { model: answerer, batches: Array<typeof batch>(200).fill(batch), optimizer, rng };
for await (const { step, loss } of train({ ...run, loss: (rows, mode) => answerer.loss(rows, mode) })) {
  if (step % 10 === 0) console.log(step, loss);
  if (loss < 0.02) break;
}
optimizer.dispose();

const answers = await answerQuestions(answerer, tokenizer, questions, { ...options, nullAnswers: true });
answers.forEach(({ best }, i) => console.log(questions[i]!.question, best)); // { text, start, end, score, … }

// The files that run_squad.py writes, and the scores that evaluate-v2.0.py prints.
export const predictions: SquadPredictions = squadPredictions(
  answers.map((answer, i) => [questions[i]!.id, answer] as const),
);
const golds = questions.map(({ answers }) => answers.map(({ text }) => text));
const nonNull = answers.map(({ nBest }) => nBest.find(({ text }) => text !== "")?.text ?? "");
export const scores: SquadScores = squadScores(
  answers.map(({ best }) => best?.text ?? ""),
  golds,
);
export const thresholds: SquadThresholds = squadThresholds(
  nonNull,
  golds,
  answers.map(({ nullOdds }) => nullOdds!),
);
console.log(predictions.predictions, predictions.nullOdds, scores, thresholds);
dispose(answerer);

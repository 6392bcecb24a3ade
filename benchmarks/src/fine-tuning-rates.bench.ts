// For the default rate and number of epochs of fine-tuning: scores after each epoch, from all-MiniLM-L6-v2, with everything
// trained, on a thousand rows per task, with the batch sizes of `bertkit finetune`. XQuAD's questions are in the order of their
// paragraphs, so those that are scored are about other paragraphs. answer gets only the sentence that has the answer, which
// takes a fifth of the time; choose and rank ask which sentence of the paragraph that is.
// usage: npm run bench -- fine-tuning-rates [epochs=3] [rate or task …]
import { join } from "node:path";
import { useBackend } from "@bertkit/backend";
import { readConll, readGlue, readSquad } from "@bertkit/datasets";
import {
  type ChoiceExample,
  CrossEncoder,
  MultipleChoice,
  QuestionAnswerer,
  type QuestionExample,
  type RankingExample,
  SequenceClassifier,
  TokenClassifier,
} from "@bertkit/heads";
import { Rng } from "@bertkit/nn";
import { sharedData, sharedModels } from "@bertkit/testing";
import {
  classificationTask,
  fineTune,
  type FineTuneOptions,
  fromPretrained,
  multipleChoiceTask,
  type Pretrained,
  questionAnsweringTask,
  rankingTask,
  tokenClassificationTask,
  withPooler,
} from "bertkit";

const [epochs = "3", ...chosen] = process.argv.slice(2);
const rates = chosen.map(Number).filter((rate) => rate > 0);
if (!sharedData || !sharedModels) throw new Error("fine-tuning-rates: needs the shared data and models.");
const [data, folder] = [sharedData, join(sharedModels, "all-MiniLM-L6-v2")];
const count = 1000;

async function sentiments(file: string): Promise<{ input: string; label: string }[]> {
  const rows = await readGlue("SST-2", join(data, "glue", "SST-2", file))
    .take(count)
    .toArray();
  return rows.map(({ text, label }) => ({ input: text, label: String(label) }));
}

async function sentences(file: string): Promise<{ words: string[]; labels: string[] }[]> {
  const rows = await readConll(join(data, "ner", "wnut17", file))
    .take(count)
    .toArray();
  return rows.map(({ words, tags }) => ({ words, labels: tags! }));
}

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/** Questions with the sentences of their paragraphs. The answer is in the sentence `right`, from its character `start`. */
async function answerSentences(): Promise<
  { question: string; sentences: string[]; right: number; start: number; text: string }[]
> {
  const questions: QuestionExample[] = await readSquad(join(data, "qa", "xquad.en.json")).toArray();
  return questions.flatMap(({ question, context, answers }) => {
    const [{ start, text }] = answers as [{ start: number; text: string }];
    const segments = [...segmenter.segment(context)];
    const right = segments.findIndex(
      ({ index, segment }) => index <= start && start + text.length <= index + segment.length,
    );
    if (right === -1) return [];
    const sentences = segments.map(({ segment }) => segment);
    return [{ question, sentences, right, start: start - segments[right]!.index, text }];
  });
}

type Run = Pick<FineTuneOptions<never>, "task" | "train" | "evaluation" | "batchSize">;

const tasks: Readonly<Record<string, (model: Pretrained) => Promise<Run>>> = {
  classify: async (model) => {
    const rng = new Rng(0);
    const { encoder } = withPooler(model, true, rng);
    const classifier = new SequenceClassifier({ encoder, labels: ["0", "1"], rng });
    const [train, evaluation] = [await sentiments("train.tsv"), await sentiments("dev.tsv")];
    return { task: classificationTask(classifier, model.tokenizer), train, evaluation, batchSize: 32 } as never;
  },
  ner: async (model) => {
    const rng = new Rng(0);
    const [train, evaluation] = [await sentences("wnut17train.conll"), await sentences("emerging.dev.conll")];
    const labels = ["O", ...new Set(train.flatMap((row) => row.labels.filter((label) => label !== "O")))];
    const { encoder } = withPooler(model, false, rng);
    const classifier = new TokenClassifier({ encoder, labels, rng });
    return { task: tokenClassificationTask(classifier, model.tokenizer), train, evaluation, batchSize: 32 } as never;
  },
  answer: async (model) => {
    const rng = new Rng(0);
    const rows = (await answerSentences()).map(({ question, sentences, right, start, text }): QuestionExample => ({
      question,
      context: sentences[right]!,
      answers: [{ start, text }],
    }));
    const { encoder } = withPooler(model, false, rng);
    const answerer = new QuestionAnswerer({ encoder, rng });
    const task = questionAnsweringTask(answerer, model.tokenizer);
    return { task, train: rows.slice(0, 900), evaluation: rows.slice(900), batchSize: 16 } as never;
  },
  choose: async (model) => {
    const rng = new Rng(0);
    const rows = (await answerSentences())
      .filter(({ sentences }) => sentences.length >= 4)
      .map(({ question, sentences, right }): ChoiceExample => {
        const wrong = sentences.map((_, i) => i).filter((i) => i !== right);
        rng.shuffle(wrong);
        const chosen = [...wrong.slice(0, 3), right].sort((a, b) => a - b);
        return { context: question, choices: chosen.map((i) => sentences[i]!), label: chosen.indexOf(right) };
      });
    const { encoder } = withPooler(model, true, rng);
    const task = multipleChoiceTask(new MultipleChoice({ encoder, rng }), model.tokenizer);
    const train = Math.floor(rows.length * 0.8);
    return { task, train: rows.slice(0, train), evaluation: rows.slice(train), batchSize: 8 } as never;
  },
  rank: async (model) => {
    const rng = new Rng(0);
    const rows = (await answerSentences()).map(({ question, sentences, right }): RankingExample => {
      return { query: question, documents: sentences, relevance: sentences.map((_, i) => Number(i === right)) };
    });
    const { encoder } = withPooler(model, true, rng);
    const classifier = new SequenceClassifier({ encoder, labels: ["relevance"], problem: "multi-label", rng });
    const task = rankingTask(new CrossEncoder({ classifier }), model.tokenizer);
    return { task, train: rows.slice(0, 400), evaluation: rows.slice(900), batchSize: 8 } as never;
  },
};

await useBackend("node");
console.log(`| task | rate | main score untrained | after each of ${epochs} epochs |\n|---|---:|---|---|`);
for (const rate of rates.length > 0 ? rates.map(Number) : [5e-5, 1e-4, 2e-4, 4e-4])
  for (const [name, make] of Object.entries(tasks)) {
    if (chosen.some((one) => one in tasks) && !chosen.includes(name)) continue;
    const model = await fromPretrained(folder);
    const run = await make(model);
    const before = (await run.task.scores(run.evaluation as never))[run.task.mainScore]!.toFixed(3);
    const { epochs: done } = await fineTune({ ...run, epochs: Number(epochs), learningRate: rate });
    const scores = done.map((epoch) => epoch.scores![run.task.mainScore]!.toFixed(3));
    console.log(`| ${name} | ${rate} | ${before} | ${scores.join(", ")} |`);
    model.dispose();
  }

// Multi-label classification on top of a pretrained BERT: the Toxic Comment Classification Challenge.
import { useBackend } from "@bertkit/backend";
import { CheckpointError } from "@bertkit/checkpoints";
import { DatasetError } from "@bertkit/datasets";
import { SequenceClassifier } from "@bertkit/heads";
import { dispose, freeze, Rng, summary } from "@bertkit/nn";
import { TokenizerError } from "@bertkit/tokenizer";
import { fromPretrained, savePretrained } from "bertkit";

import { bagOfWords } from "./bag-of-words.ts";
import { classifyLines } from "./classify-lines.ts";
import { comparison, evaluate, evaluationOf, evaluationTable, type Evaluation } from "./evaluate.ts";
import { help, parseOptions, UsageError } from "./options.ts";
import { readExamples } from "./read-examples.ts";
import { trainClassifier } from "./train-classifier.ts";

async function main(args: string[]): Promise<void> {
  const options = parseOptions(args);
  if (options === "help") return console.log(help);
  await useBackend(options.backend);
  const pretrained = await fromPretrained(options.model);
  const { tokenizer, encoder, config } = pretrained;
  const length = Math.min(options.length, config.maxPositionEmbeddings);

  if (options.data === undefined) {
    if (pretrained.classifier === undefined)
      throw new UsageError(`--model: ${options.model} holds no classifier. Train one with --data.`);
    await classifyLines(pretrained.classifier, tokenizer, length);
    return pretrained.dispose();
  }

  const rng = new Rng(options.seed);
  const { labels, training, heldOut } = await readExamples({ ...options, data: options.data }, rng);
  console.log(`${training.length} comments to train on, ${heldOut.length} kept aside, ${labels.length} labels`);

  // Six sigmoids (or as many as there are labels) on the pooled [CLS].
  const classifier = new SequenceClassifier({ encoder, labels, problem: "multi-label", rng });
  if (!options.trainEncoder) freeze(classifier, (path) => path.startsWith("encoder."));
  console.log(`${summary(classifier, 3)}\n`);

  let evaluation: Evaluation | undefined;
  await trainClassifier({
    classifier,
    tokenizer,
    rng,
    options: { ...options, length },
    examples: training,
    onEpoch: async () => {
      evaluation = await evaluate(classifier, tokenizer, heldOut, length);
      console.log(evaluationTable(evaluation));
    },
  });
  const baseline = evaluationOf(bagOfWords(labels, training, heldOut, rng.split()), heldOut, labels);
  console.log(comparison(evaluation!, baseline));

  await savePretrained(options.out, { config, tokenizer, encoder, classifier });
  console.log(
    `saved in ${options.out}; classify lines with: npm run toxic-comments -- --model ${options.out} < comments.txt`,
  );
  await classifyLines(classifier, tokenizer, length);
  dispose(classifier);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`toxic-comments: ${error.message} See --help.`);
    process.exitCode = 2;
  } else if ([CheckpointError, DatasetError, TokenizerError].some((kind) => kind.isInstance(error))) {
    console.error(`toxic-comments: ${(error as Error).message}`); // a fault in a file: its place is in the message
    process.exitCode = 1;
  } else throw error;
}

// Multi-label classification on top of a pretrained BERT: the Toxic Comment Classification Challenge.
import { useBackend } from "@bertkit/backend";
import { CheckpointError } from "@bertkit/checkpoints";
import { DatasetError } from "@bertkit/datasets";
import { SequenceClassifier } from "@bertkit/heads";
import { dispose, escapeControls, freeze, Rng, summary } from "@bertkit/nn";
import { TokenizerError } from "@bertkit/tokenizer";
import { fromPretrained, savePretrained } from "bertkit";

import { classifyLines } from "./classify-lines.ts";
import { evaluate, evaluationTable } from "./evaluate.ts";
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

  await trainClassifier({
    classifier,
    tokenizer,
    rng,
    options: { ...options, length },
    examples: training,
    onEpoch: async () => console.log(evaluationTable(await evaluate(classifier, tokenizer, heldOut, length))),
  });

  await savePretrained(options.out, { config, tokenizer, encoder, classifier });
  console.log(
    `saved in ${escapeControls(options.out)}; classify lines with: npm run toxic-comments -- --model ${escapeControls(options.out)} < comments.txt`,
  );
  await classifyLines(classifier, tokenizer, length);
  dispose(classifier);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`toxic-comments: ${escapeControls(error.message)} See --help.`);
    process.exitCode = 2;
  } else if ([CheckpointError, DatasetError, TokenizerError].some((kind) => kind.isInstance(error))) {
    console.error(`toxic-comments: ${escapeControls((error as Error).message)}`); // a fault in a file: its place is in the message
    process.exitCode = 1;
  } else {
    console.error(
      String((error as Error).stack)
        .split("\n")
        .map(escapeControls)
        .join("\n"),
    );
    process.exitCode = 1;
  }
}

import type { Bert } from "@bertkit/encoder";
import { tagWords, TokenClassifier, type TokenExample } from "@bertkit/heads";
import { DatasetError, type TaggedSentence } from "@bertkit/datasets";
import { Rng } from "@bertkit/nn";
import { tokenClassificationTask } from "../../fine-tuning/token-classification-task.ts";
import { withPooler } from "../../fine-tuning/with-pooler.ts";
import type { PretrainedParts } from "../../model/pretrained.ts";
import { rowOf } from "../data/records.ts";
import { readTagged, tagsOf } from "../data/tagged-data.ts";
import { rowOptions, trainedLength } from "./row-options.ts";
import type { TaskKind, TaskOptions, TrainableKind } from "./task-kind.ts";

/** Tagging of words, such as named entities. */
export function nerKind(
  model: PretrainedParts & { tokenClassifier: TokenClassifier<Bert> },
  options: TaskOptions,
): TaskKind {
  const { tokenClassifier, tokenizer } = model;
  const rows = rowOptions(model, options, 128);
  return {
    name: "ner",
    parts: model,
    task: tokenClassificationTask(tokenClassifier, tokenizer, rows),
    things: "sentences",
    facts: [
      `tags: ${tokenClassifier.labels.slice(0, 20).join(", ")}${tokenClassifier.labels.length > 20 ? ", …" : ""}`,
    ],
    groupOf: () => "",
    read: async (file) => examplesOf(await readTagged(file, options, { labeled: true }), tokenClassifier.labels, file),
    predict: async (file) => {
      const sentences = await readTagged(file, options, { labeled: false });
      const found = await tagWords(
        tokenClassifier,
        tokenizer,
        sentences.map(({ words }) => words),
        rows,
      );
      const beyond = found.flat().filter((tag) => tag === undefined).length;
      if (beyond > 0)
        options.log(
          `${beyond} words are beyond the first ${rows.maxLength} tokens of their sentences, and are tagged O. Give a longer --length if the model has it, or shorter sentences.`,
        );
      const tags = found.map((sentence) => sentence.map((tag) => tag?.label ?? "O"));
      return {
        objects: sentences.map(({ words }, i) => ({ words, tags: tags[i] })),
        lines: sentences.flatMap(({ words }, i) => [...words.map((word, j) => `${word}\t${tags[i]![j]}`), ""]),
      };
    },
  };
}

/** A token classifier for the tags of a training file. */
export async function trainNer(model: PretrainedParts, file: string, options: TaskOptions): Promise<TrainableKind> {
  const sentences = await readTagged(file, options, { labeled: true });
  const labels = tagsOf(sentences, options, file);
  const rng = new Rng(options.seed);
  const { config, encoder } = withPooler(model, false, rng);
  const same =
    model.tokenClassifier?.labels.join("\n") === labels.join("\n") && model.tokenClassifier.encoder === encoder;
  const tokenClassifier = same ? model.tokenClassifier! : new TokenClassifier({ encoder, labels, rng });
  const kind = nerKind(
    { config, encoder, tokenizer: model.tokenizer, tokenClassifier, ...trainedLength(model, options) },
    options,
  );
  return { ...kind, train: examplesOf(sentences, labels, file) };
}

/** Sentences as examples. Throws on words without tags, and on tags that the model does not have. */
function examplesOf(sentences: readonly TaggedSentence[], known: readonly string[], file: string): TokenExample[] {
  return sentences.map(({ words, tags }, i) => {
    const place = { file: rowOf(file, "sentence", i + 1) };
    if (!tags) throw new DatasetError("the data", "words have no tags. Give a file with a column of tags.", place);
    const other = tags.find((tag) => !known.includes(tag));
    if (other !== undefined)
      throw new DatasetError(
        "the data",
        `no tag is called ${JSON.stringify(other.slice(0, 60))}; the tags are ${known.slice(0, 20).join(", ")}. Set --scheme to the file's tagging scheme, or correct the file.`,
        place,
      );
    return { words, labels: tags };
  });
}

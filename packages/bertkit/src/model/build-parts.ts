import { CheckpointError, importProblems, planImport, type TensorDescription } from "@bertkit/checkpoints";
import { type BertConfig, createBert, huggingFaceSpellings } from "@bertkit/encoder";
import { MultipleChoice, QuestionAnswerer, SequenceClassifier, TokenClassifier } from "@bertkit/heads";
import { dispose, withoutDraws } from "@bertkit/nn";
import { MaskedLmHead, NextSentenceHead } from "@bertkit/pretraining";
import { configError } from "../config/config-error.ts";
import type { FolderConfig } from "../config/hugging-face-config.ts";
import { shown } from "../config/json-fields.ts";
import { type ExpectedHeads, expectedShapes } from "./expected-shapes.ts";
import { type NameDialect, nameInFile } from "./name-dialect.ts";
import type { PretrainedParts } from "./pretrained.ts";
import { rejectUnusedLayers } from "./reject-unused-layers.ts";

/** The parts with variables, and the config, with the right value of `pooler`. */
export interface ModelParts {
  readonly bert: BertConfig;
  readonly parts: Omit<PretrainedParts, "config" | "tokenizer">;
}

/**
 * Builds the encoder and each head that the weights have, without values. Throws a CheckpointError before anything is
 * built if the weights lack a variable, have it in another shape or have more layers, so that a config cannot allocate
 * more than the weights have.
 */
export function buildParts(
  config: FolderConfig,
  entries: ReadonlyMap<string, TensorDescription>,
  dialect: NameDialect,
): ModelParts {
  const has = (path: string): boolean => nameInFile(dialect, entries, path) !== undefined;
  const bert: BertConfig = { ...config.bert, pooler: has("encoder.pooler.dense.kernel") };
  const outputs = entries.get(nameInFile(dialect, entries, "classifier.dense.kernel") ?? "")?.shape[0];
  const labelsTokens = isTokenClassifier(config.architectures, bert.pooler);
  const chooses = outputs === 1 && config.architectures.includes("BertForMultipleChoice"); // its labels are ignored
  if (outputs !== undefined && !chooses) checkLabels(config, outputs);
  if (outputs !== undefined && !labelsTokens && !bert.pooler)
    throw configError(
      `fromPretrained: config.json's "architectures" is ${shown(config.architectures)}, but its classifier needs a pooler, which the weights do not have. If it labels tokens, change it to ["BertForTokenClassification"].`,
    );
  if (config.untied && has("maskedLm.dense.kernel"))
    throw configError(
      'fromPretrained: config.json\'s "tie_word_embeddings" is false, so the decoder of the masked LM has weights of its own, which is not supported. Remove the tensors of the head (cls.predictions.*) to use the encoder.',
    );
  const heads = {
    maskedLm: has("maskedLm.dense.kernel"),
    nextSentence: has("nextSentence.dense.kernel"),
    questionAnswerer: has("questionAnswerer.dense.kernel"),
    ...(outputs !== undefined && {
      [labelsTokens ? "tokenClassifier" : chooses ? "multipleChoice" : "classifier"]: outputs,
    }),
  };
  checkWeights(bert, heads, entries, dialect);
  const encoder = createBert(bert, withoutDraws);
  const options = { encoder, rng: withoutDraws };
  const parts: { -readonly [part in keyof ModelParts["parts"]]: ModelParts["parts"][part] } = { encoder };
  try {
    if (heads.maskedLm) parts.maskedLm = new MaskedLmHead({ ...bert, ...options });
    if (heads.nextSentence) parts.nextSentence = new NextSentenceHead(options);
    if (heads.questionAnswerer) parts.questionAnswerer = new QuestionAnswerer(options);
    if (outputs === undefined) return { bert, parts };
    const dropout = config.classifierDropout ?? bert.hiddenDropout;
    if (chooses) {
      parts.multipleChoice = new MultipleChoice({ ...options, dropout });
      return { bert, parts };
    }
    const labels = config.labels ?? Array.from({ length: outputs }, (_, id) => `LABEL_${id}`);
    const problem = config.problem ?? (outputs === 1 ? "regression" : "single-label");
    if (labelsTokens) parts.tokenClassifier = new TokenClassifier({ ...options, labels, dropout });
    else parts.classifier = new SequenceClassifier({ ...options, labels, dropout, problem });
    return { bert, parts };
  } catch (error) {
    dispose(parts);
    throw error;
  }
}

/**
 * Whether a classifier is of tokens: without `architectures`, if there is no pooler, because every other class of BERT with
 * a classifier has one.
 */
export function isTokenClassifier(architectures: readonly string[], hasPooler: boolean): boolean {
  return architectures.length === 0 ? !hasPooler : architectures.includes("BertForTokenClassification");
}

function checkWeights(
  bert: BertConfig,
  heads: ExpectedHeads,
  entries: ReadonlyMap<string, TensorDescription>,
  { rules }: NameDialect,
): void {
  if (bert.hiddenLayers > entries.size)
    throw new CheckpointError(
      "NAMES",
      `fromPretrained: the weights do not fit config.json: it says ${bert.hiddenLayers} layers, the weights have ${entries.size} tensors.`,
    );
  const report = planImport(expectedShapes(bert, heads), entries, rules, { spellings: huggingFaceSpellings });
  const problems = importProblems({ ...report, unexpected: [] });
  if (problems) throw new CheckpointError("NAMES", `fromPretrained: the weights do not fit config.json. ${problems}.`);
  rejectUnusedLayers(entries.keys(), report.unexpected, "num_hidden_layers");
}

function checkLabels({ labels, labelCount }: FolderConfig, outputs: number): void {
  const count = labels?.length ?? labelCount;
  if (count !== undefined && count !== outputs)
    throw configError(
      `fromPretrained: config.json names ${count} labels, but the classifier has ${outputs} outputs. One of the two files is another model's.`,
    );
  const repeated = labels && repeatedLabel(labels);
  if (repeated !== undefined)
    throw configError(
      `fromPretrained: config.json's "id2label" has ${shown(repeated)} twice. Give each label its own name.`,
    );
}

function repeatedLabel(labels: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return labels.find((label) => seen.size === seen.add(label).size);
}

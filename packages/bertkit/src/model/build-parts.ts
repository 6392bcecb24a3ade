import type { TensorDescription } from "@bertkit/checkpoints";
import { type BertConfig, createBert } from "@bertkit/encoder";
import { SequenceClassifier, TokenClassifier } from "@bertkit/heads";
import { dispose, withoutDraws } from "@bertkit/nn";
import { MaskedLmHead, NextSentenceHead } from "@bertkit/pretraining";
import type { FolderConfig } from "../config/hugging-face-config.ts";
import { type NameDialect, nameInFile } from "./name-dialect.ts";
import type { PretrainedParts } from "./pretrained.ts";

/** The parts with variables, and the config that says whether there is a pooler. */
export interface ModelParts {
  readonly bert: BertConfig;
  readonly parts: Omit<PretrainedParts, "config" | "tokenizer">;
}

/** Builds the encoder and each head that the weights have, their variables still empty. */
export function buildParts(
  config: FolderConfig,
  entries: ReadonlyMap<string, TensorDescription>,
  dialect: NameDialect,
): ModelParts {
  const has = (path: string): boolean => nameInFile(dialect, entries, path) !== undefined;
  const bert: BertConfig = { ...config.bert, pooler: has("encoder.pooler.dense.kernel") };
  const encoder = createBert(bert, withoutDraws);
  const options = { encoder, rng: withoutDraws };
  const parts: { -readonly [part in keyof ModelParts["parts"]]: ModelParts["parts"][part] } = { encoder };
  try {
    if (has("maskedLm.dense.kernel")) parts.maskedLm = new MaskedLmHead({ ...bert, ...options });
    if (has("nextSentence.dense.kernel")) parts.nextSentence = new NextSentenceHead(options);
    const outputs = entries.get(nameInFile(dialect, entries, "classifier.dense.kernel") ?? "")?.shape[0];
    if (outputs === undefined) return { bert, parts };
    const labels = labelsFor(config, outputs);
    const dropout = config.classifierDropout ?? bert.hiddenDropout;
    const problem = config.problem ?? (outputs === 1 ? "regression" : "single-label");
    if (config.architectures.includes("BertForTokenClassification"))
      parts.tokenClassifier = new TokenClassifier({ ...options, labels, dropout });
    else parts.classifier = new SequenceClassifier({ ...options, labels, dropout, problem });
    return { bert, parts };
  } catch (error) {
    dispose(parts);
    throw error;
  }
}

function labelsFor({ labels }: FolderConfig, outputs: number): readonly string[] {
  if (!labels) return Array.from({ length: outputs }, (_, id) => `LABEL_${id}`);
  if (labels.length === outputs) return labels;
  throw new Error(
    `fromPretrained: config.json names ${labels.length} labels, but the classifier has ${outputs} outputs. One of the two files is another model's.`,
  );
}

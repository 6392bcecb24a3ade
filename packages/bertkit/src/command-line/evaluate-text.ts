import { number, oneOf, text, trueOrFalse, wholeNumber } from "@bertkit/checks";
import { backendNames, useBackend } from "@bertkit/backend";
import { type CorpusLayout, readCorpus } from "@bertkit/datasets";
import { escapeControls } from "@bertkit/nn";
import { documentIds, type TokenDocument } from "@bertkit/pretraining";
import { fromPretrained } from "../model/from-pretrained.ts";
import { evaluateDocuments } from "../pretrain/evaluate-documents.ts";
import { optionsHelp, type OwnOption, parseOwnOptions } from "./own-options.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const options = {
  model: {
    rule: text,
    type: "text",
    value: "FOLDER",
    help: "the model: a path, an address, or a name on the Hugging Face hub",
  },
  layout: {
    rule: oneOf(["sentences", "lines", "prose"]),
    type: "text",
    value: "NAME",
    help: "sentences: one a line, a blank line between documents (default);\nlines: one document a line; prose: a file is a document",
  },
  sequenceLength: {
    rule: wholeNumber(8),
    type: "number",
    value: "N",
    help: "tokens of an instance (128, or the model's most)",
  },
  maskedLmProbability: {
    rule: number({ above: 0, to: 1 }),
    type: "number",
    value: "X",
    help: "share of tokens to predict (0.15)",
  },
  wholeWordMasking: { rule: trueOrFalse, type: "flag", help: "mask all pieces of a word or none" },
  seed: { rule: wholeNumber(), type: "number", value: "N", help: "decides pairs and masks (0)" },
  backend: {
    rule: oneOf(["auto", ...backendNames]),
    type: "text",
    value: "NAME",
    help: "auto (default), node, wasm or cpu",
  },
  json: { rule: trueOrFalse, type: "flag", help: "one JSON object" },
} satisfies Record<string, OwnOption>;

/** What `bertkit evaluate --help` says of text. */
export const evaluateTextHelp: string = `  bertkit evaluate --model my-bert TEXT... [options]

TEXT is files and folders of text that the model has not seen: how well it predicts masked tokens and
next sentences. The same seed always masks the same tokens, so models of one vocabulary can be
compared.

${optionsHelp(options)}`;

interface Values {
  model?: string;
  layout?: CorpusLayout;
  sequenceLength?: number;
  maskedLmProbability?: number;
  wholeWordMasking?: boolean;
  seed?: number;
  backend?: Parameters<typeof useBackend>[0];
  json?: boolean;
}

/** Prints how well the pretraining heads of a model predict the masked tokens and the next sentences of text. */
export async function evaluateText(args: readonly string[], { stdout }: Terminal): Promise<void> {
  const { values, operands } = parseOwnOptions(args, options);
  const { model: folder, layout = "sentences", backend = "auto", json = false, ...rest } = values as Values;
  if (folder === undefined) throw new UsageError("evaluate needs --model FOLDER");
  if (operands.length === 0) throw new UsageError("evaluate needs --data FILE, or TEXT: files or folders");
  await useBackend(backend);
  const model = await fromPretrained(folder);
  try {
    if (model.maskedLm === undefined) throw new UsageError(`${folder} has no masked-LM head to evaluate`);
    const documents: TokenDocument[] = [];
    for await (const document of (await readCorpus(operands, { layout })).documents())
      documents.push(documentIds(document, model.tokenizer));
    const { maxPositionEmbeddings } = model.config;
    const found = await evaluateDocuments(model, documents, {
      sequenceLength: Math.min(128, maxPositionEmbeddings),
      maskedLmProbability: 0.15,
      seed: 0,
      ...rest,
    });
    const { loss, maskedLmLoss, maskedLmAccuracy, nextSentenceLoss, nextSentenceAccuracy } = found;
    if (json) stdout.write(`${escapeControls(JSON.stringify({ model: folder, ...found }))}\n`);
    else
      stdout.write(
        [
          `masked-LM accuracy      ${(100 * maskedLmAccuracy).toFixed(1)} %`,
          `masked-LM loss          ${maskedLmLoss.toFixed(3)} (perplexity ${Math.exp(maskedLmLoss).toFixed(1)})`,
          ...(nextSentenceAccuracy === undefined
            ? []
            : [
                `next-sentence accuracy  ${(100 * nextSentenceAccuracy).toFixed(1)} %`,
                `next-sentence loss      ${nextSentenceLoss!.toFixed(3)}`,
              ]),
          `loss                    ${loss.toFixed(3)}`,
          "",
        ].join("\n"),
      );
  } finally {
    model.dispose();
  }
}

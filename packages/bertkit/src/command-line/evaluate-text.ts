import { number, wholeNumber } from "@bertkit/checks";
import { readCorpus } from "@bertkit/datasets";
import { escapeControls } from "@bertkit/nn";
import { documentIds, type TokenDocument } from "@bertkit/pretraining";
import { evaluateDocuments } from "../pretrain/evaluate-documents.ts";
import { longestText } from "../model/longest-text.ts";
import { loadModel } from "./load-model.ts";
import { flag, numberOption } from "./options/option.ts";
import { optionsHelp } from "./options/options-help.ts";
import { parseOptions } from "./options/parse-options.ts";
import { backendOption, encodingOption, layoutOption, modelOption } from "./options/shared-options.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const options = {
  model: modelOption,
  layout: layoutOption,
  encoding: encodingOption,
  sequenceLength: numberOption(wholeNumber(8), "tokens of an instance (default 128, or the model's maximum if lower)"),
  maskedLmProbability: numberOption(number({ above: 0, to: 1 }), "fraction of tokens to predict (default 0.15)", "X"),
  wholeWordMasking: flag("mask all pieces of a word or none"),
  seed: numberOption(wholeNumber(), "seed of pairs and masks (default 0)"),
  backend: backendOption,
  json: flag("print the result as one JSON object"),
};

/** Help text of `bertkit evaluate` about text. */
export const evaluateTextHelp: string = `  bertkit evaluate --model my-bert TEXT... [options]

TEXT is files and folders of text that the model was not trained on. Prints how well the model predicts
masked tokens and next sentences. The same seed always masks the same tokens, so models with one
vocabulary can be compared.

${optionsHelp(options)}`;

/** Prints how well the pretraining heads of a model predict the masked tokens and the next sentences of text. */
export async function evaluateText(args: readonly string[], { stdout, stderr }: Terminal): Promise<void> {
  const { values, operands } = parseOptions(args, options);
  const { model: folder, layout = "sentences", encoding = "utf-8", backend: _backend, json = false, ...rest } = values;
  if (folder !== undefined && operands.length === 0)
    throw new UsageError("evaluate needs --data FILE, or TEXT: files or folders");
  const model = await loadModel("evaluate", values, stderr);
  try {
    if (model.maskedLm === undefined)
      throw new UsageError(
        `${folder} has no masked-LM head to evaluate. Give a pretrained model, or examples with --data FILE`,
      );
    const documents: TokenDocument[] = [];
    for await (const document of (await readCorpus(operands, { layout, encoding })).documents())
      documents.push(documentIds(document, model.tokenizer));
    if (!documents.some(({ length }) => length > 0))
      throw new Error(`there is no text in ${operands.join(", ")}. Give files with some, or check --layout.`);
    const found = await evaluateDocuments(model, documents, {
      sequenceLength: Math.min(128, longestText(model)),
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

import { checkObject, checkOptions, checkTexts, shown } from "@bertkit/checks";
import type { BertConfig, Encoder } from "@bertkit/encoder";
import type { MaskedLmHead } from "@bertkit/pretraining";
import type { Encoding, Tokenizer } from "@bertkit/tokenizer";
import { MaskFiller } from "./mask-filler.ts";
import type { RunOptions } from "./row-runner.ts";
import { fillMaskRules } from "./option-rules.ts";
import { replaceSpan } from "./replace-span.ts";

export interface FillMaskOptions extends Omit<RunOptions, "maxLength" | "skipPadding"> {
  /** Candidates for each mask. Default 5. */
  readonly topK?: number;
}

/** The parts of a model that `fillMask` uses. */
export interface FillMaskModel {
  readonly config: BertConfig;
  readonly tokenizer: Tokenizer;
  readonly encoder: Encoder;
  readonly maskedLm?: MaskedLmHead;
}

/** A candidate token for a mask. */
export interface MaskCandidate {
  readonly token: string;
  readonly id: number;
  readonly score: number;
  /** The text with the token in place of this mask; its other masks do not change. */
  readonly sequence: string;
}

/** One mask of a text: `text.slice(start, end)` is the mask. */
export interface FilledMask {
  readonly start: number;
  readonly end: number;
  /** In descending order of score. */
  readonly candidates: readonly MaskCandidate[];
}

/** Fills every mask of one text or several, in the order of the text. */
export interface FillMask {
  (text: string): Promise<FilledMask[]>;
  (texts: readonly string[]): Promise<FilledMask[][]>;
}

/**
 * Returns a function from texts with [MASK] to the most probable tokens, each mask independently.
 *
 * @throws if the model has no masked-LM head; when called, if a text has no mask or is too long
 */
export function fillMask(model: FillMaskModel, options: FillMaskOptions = {}): FillMask {
  checkOptions("fillMask", options, fillMaskRules);
  checkObject(
    "fillMask",
    "model",
    model,
    "a loaded model or { config, tokenizer, encoder, maskedLm }",
    "config",
    "tokenizer",
    "encoder",
  );
  const { config, tokenizer, encoder, maskedLm: head } = model;
  const { special } = tokenizer;
  const maxLength = config.maxPositionEmbeddings;
  if (!head)
    throw new Error(
      "fillMask: the model has no masked-LM head. Load a folder saved from BertForMaskedLM or BertForPreTraining.",
    );
  const filler = new MaskFiller(encoder, head, { padding: special.padding.id, mask: special.mask.id });
  const { topK = 5, ...limits } = options;
  const fill = async (texts: readonly string[]): Promise<FilledMask[][]> => {
    checkTexts("fillMask", "texts", texts);
    const rows = texts.map((text) => encodeMasked(text, tokenizer, maxLength));
    const filled = await filler.run(rows, topK, { ...limits, maxLength });
    return filled.map((masks, row) =>
      masks.map(({ position, candidates }) => {
        const [start, end] = rows[row]!.offsets.subarray(2 * position) as unknown as [number, number];
        return {
          start,
          end,
          candidates: candidates.map(({ id, score }) => {
            const token = tokenizer.token(id);
            return { token, id, score, sequence: replaceSpan(texts[row]!, start, end, token) };
          }),
        };
      }),
    );
  };
  return (async (input: string | readonly string[]) =>
    typeof input === "string" ? (await fill([input]))[0]! : fill(input)) as FillMask;
}

/** @throws if the text has no mask or is too long */
function encodeMasked(text: string, tokenizer: Tokenizer, maxLength: number): Encoding {
  const { mask } = tokenizer.special;
  const encoding = tokenizer.encode(text);
  if (!encoding.ids.includes(mask.id))
    throw new Error(
      `fillMask: the text has no ${mask.token}, got ${JSON.stringify(text)}. Put one in place of a word.`,
    );
  if (encoding.length > maxLength)
    throw new Error(
      `fillMask: the text has ${encoding.length} tokens, the encoder reads ${maxLength}, got ${shown(text)}. Shorten it.`,
    );
  return encoding;
}

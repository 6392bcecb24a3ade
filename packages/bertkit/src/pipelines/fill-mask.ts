import { checkArray, checkOptions } from "@bertkit/checks";
import type { BertConfig, Encoder } from "@bertkit/encoder";
import { padRows } from "@bertkit/heads";
import { fillMask as fillMaskIds, type MaskedLmHead } from "@bertkit/pretraining";
import type { Tokenizer } from "@bertkit/tokenizer";
import { fillMaskRules } from "./option-rules.ts";
import { replaceSpan } from "./replace-span.ts";

export interface FillMaskOptions {
  /** Candidates for each mask. Default 5. */
  readonly topK?: number;
  /** Texts in a batch. Default 32. */
  readonly batchSize?: number;
  /** A batch's rows are padded to a multiple of this, so that a backend that compiles for each shape sees few. Default 32. */
  readonly lengthMultiple?: number;
}

/** What `fillMask` needs of a model. */
export interface FillMaskModel {
  readonly config: BertConfig;
  readonly tokenizer: Tokenizer;
  readonly encoder: Encoder;
  readonly maskedLm?: MaskedLmHead;
}

/** A token that may stand where a mask stands. */
export interface MaskCandidate {
  readonly token: string;
  readonly id: number;
  readonly score: number;
  /** The text with the token in this mask's place, its other masks as they were. */
  readonly sequence: string;
}

/** One mask of a text: `text.slice(start, end)` is the mask. */
export interface FilledMask {
  readonly start: number;
  readonly end: number;
  /** The most probable first. */
  readonly candidates: readonly MaskCandidate[];
}

/** Fills every mask of a text, or of as many as you like, in the order of the text. */
export interface FillMask {
  (text: string): Promise<FilledMask[]>;
  (texts: readonly string[]): Promise<FilledMask[][]>;
}

/**
 * A function from texts with [MASK] in them to the tokens most probable there, each mask filled as if alone.
 *
 * @throws where the model has no masked-LM head; called, where a text has no mask or is too long
 */
export function fillMask(model: FillMaskModel, options: FillMaskOptions = {}): FillMask {
  checkOptions("fillMask", options, fillMaskRules);
  const { maskedLm: head } = model;
  if (!head)
    throw new Error(
      "fillMask: the model has no masked-LM head. Load a folder saved from BertForMaskedLM or BertForPreTraining.",
    );
  const fill = async (texts: readonly string[]): Promise<FilledMask[][]> => {
    checkArray("fillMask", "texts", texts, "texts");
    const { batchSize = 32 } = options;
    const filled: FilledMask[][] = [];
    for (let start = 0; start < texts.length; start += batchSize)
      filled.push(...(await fillBatch({ ...model, head }, texts.slice(start, start + batchSize), options)));
    return filled;
  };
  return (async (input: string | readonly string[]) =>
    typeof input === "string" ? (await fill([input]))[0]! : fill(input)) as FillMask;
}

async function fillBatch(
  { config, tokenizer, encoder, head }: FillMaskModel & { head: MaskedLmHead },
  texts: readonly string[],
  { topK = 5, lengthMultiple = 32 }: FillMaskOptions,
): Promise<FilledMask[][]> {
  const { mask, padding } = tokenizer.special;
  const maxLength = config.maxPositionEmbeddings;
  const rows = texts.map((text) => {
    const encoding = tokenizer.encode(text);
    if (!encoding.ids.includes(mask.id))
      throw new Error(
        `fillMask: the text has no ${mask.token}, got ${JSON.stringify(text)}. Put one where a word is missing.`,
      );
    if (encoding.length > maxLength)
      throw new Error(`fillMask: the text has ${encoding.length} tokens, the encoder reads ${maxLength}. Shorten it.`);
    return encoding;
  });
  const batch = padRows(rows, padding.id, { maxLength, lengthMultiple });
  const filled: FilledMask[][] = texts.map(() => []);
  for (const { row, position, candidates } of await fillMaskIds({ encoder, head, batch, maskId: mask.id, topK })) {
    const [start, end] = rows[row]!.offsets.subarray(2 * position) as unknown as [number, number];
    filled[row]!.push({
      start,
      end,
      candidates: candidates.map(({ id, score }) => {
        const token = tokenizer.token(id);
        return { token, id, score, sequence: replaceSpan(texts[row]!, start, end, token) };
      }),
    });
  }
  return filled;
}

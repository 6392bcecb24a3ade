import { checkOptions, type Rules, wholeNumber } from "@bertkit/checks";
import { MaskFiller } from "../../inference/mask-filler.ts";
import { callRules, type CallOptions, runOptions } from "../call-options.ts";
import { type LoadedPipeline, made, type PipelineModel, requirePart } from "../pipeline-model.ts";
import { runStream } from "../stream.ts";
import { checkEachText, checkMany, isStream } from "../texts.ts";

export interface FillMaskCall extends CallOptions {
  /** Default 5. */
  readonly top_k?: number;
}

/** A candidate token for the mask. */
export interface MaskFilling {
  readonly score: number;
  /** The token's id. */
  readonly token: number;
  readonly token_str: string;
  /** The text with the token, decoded by the tokenizer. */
  readonly sequence: string;
  /** Index of the mask's first character in the text, in UTF-16 units. */
  readonly start: number;
  /** Index after its last character. */
  readonly end: number;
}

/** The most probable tokens for the only mask of each text, best first. */
export interface FillMaskPipeline extends LoadedPipeline {
  (text: string, options?: FillMaskCall): Promise<MaskFilling[]>;
  (texts: readonly string[], options?: FillMaskCall): Promise<MaskFilling[][]>;
  (texts: AsyncIterable<string>, options?: FillMaskCall): AsyncGenerator<MaskFilling[], void, undefined>;
}

const task = "fill-mask";
const rules: Rules<FillMaskCall> = { ...callRules, top_k: wholeNumber(1) };

export function fillMaskTask(model: PipelineModel): FillMaskPipeline {
  const { tokenizer, encoder } = model;
  const head = requirePart(task, model.maskedLm, "masked-LM head", "BertForMaskedLM or BertForPreTraining");
  const { mask, padding } = tokenizer.special;
  const filler = new MaskFiller(encoder, head, { padding: padding.id, mask: mask.id });
  const call = (input: string | readonly string[] | AsyncIterable<string>, options: FillMaskCall = {}): unknown => {
    checkOptions(task, options, rules);
    const { top_k = 5, signal } = options;
    const { skipPadding: _, ...limits } = runOptions(options, model);
    const run = async (texts: readonly string[], from = 0): Promise<MaskFilling[][]> => {
      checkEachText(task, "texts", texts, from);
      const rows = texts.map((text, i) => {
        const row = tokenizer.encode(text, undefined, { maxLength: limits.maxLength });
        const masks = row.ids.filter((id) => id === mask.id).length;
        if (masks !== 1)
          throw new RangeError(
            `${task}: texts[${from + i}] must have one ${mask.token} among its first ${limits.maxLength} tokens, got ${masks}. ${masks === 0 ? "Put one in place of a word." : "fillMask(model) fills each of several."}`,
          );
        return row;
      });
      const filled = await filler.run(rows, top_k, limits);
      return rows.map(({ ids, offsets }, i) => {
        const [{ position, candidates }] = filled[i] as [(typeof filled)[number][number]];
        const sequence = ids.slice();
        return candidates.map(({ id, score }) => {
          sequence[position] = id;
          return {
            score,
            token: id,
            token_str: tokenizer.decode([id], { skipSpecialTokens: false }),
            sequence: tokenizer.decode(sequence),
            start: offsets[2 * position]!,
            end: offsets[2 * position + 1]!,
          };
        });
      });
    };
    if (isStream<string>(input)) return runStream(input, run, signal);
    if (typeof input === "string") return run([input]).then(([row]) => row);
    checkMany(task, "texts", input);
    return run(input);
  };
  return made(task, model, call, () => filler.dispose());
}

import { checkOptions, checkTokenizer, reject } from "../check-options.ts";
import { assemble } from "../encoding/assemble.ts";
import type { Encoding } from "../encoding/encoding.ts";
import type { PieceRange } from "../encoding/piece-range.ts";
import { truncated } from "../encoding/truncation.ts";
import { templateFor } from "../post-processors/template.ts";
import { encodeKinds, type EncodeOptions } from "../encoding/encode-options.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { windows } from "./windows.ts";

export interface WindowOptions extends EncodeOptions {
  readonly maxLength: number;
  /** Number of pieces that each window repeats of the one before. Default 0. */
  readonly stride?: number | undefined;
}

/**
 * Encodes a text or pair (each a text or its words) as windows of `maxLength` tokens. The first equals `encode`, the
 * others are the overflow, in the order of the Rust library: each window of the first sequence with every window of the
 * second, then the kept part of the first with the rest of the second's. Pass `undefined` as the pair for one text. If no
 * piece of a sequence fits, a window longer than `maxLength` has all of it, as in the Rust library.
 *
 * @throws TokenizerError as `encode`, and if the stride is not less than the pieces that fit.
 */
export function encodeWindows(
  tokenizer: Tokenizer,
  text: string | readonly string[],
  pair: string | readonly string[] | undefined,
  options: WindowOptions,
): Encoding[] {
  checkOptions("encodeWindows", options, `${encodeKinds} stride:0`);
  checkTokenizer("encodeWindows", tokenizer);
  const { stride = 0, maxLength } = options;
  if (maxLength === undefined) reject(RangeError, "encodeWindows", "maxLength", "a whole number", maxLength);
  const { parts } = tokenizer;
  const template = templateFor(parts.postProcessor, pair !== undefined, options);
  const { pieces, sequences } = tokenizer.pieces(pair === undefined ? [text] : [text, pair], options.offsetUnit);
  const kept = truncated(sequences, template, options, parts);
  const ranges = sequences.map(({ start: from, end: to }, i) =>
    windows(to - from, kept[i]!.end - kept[i]!.start, stride).map(([start, end]): PieceRange => {
      const at = parts.truncationSide === "left" ? to - end : from + start;
      return { start: at, end: at + end - start };
    }),
  );
  const [[first, ...rest], second] = ranges as [[PieceRange, ...PieceRange[]], PieceRange[]?];
  const all = [second ? [first, second[0]!] : [first]];
  for (const window of rest) for (const other of second ?? [undefined]) all.push(other ? [window, other] : [window]);
  if (second) for (const other of second.slice(1)) all.push([first, other]);
  return all.map((window) => assemble({ ...options, pieces, template, tokenizer }, window, all[0]));
}

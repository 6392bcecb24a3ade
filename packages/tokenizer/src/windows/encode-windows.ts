import { assemble } from "../encoding/assemble.ts";
import type { Encoding } from "../encoding/encoding.ts";
import type { PieceRange } from "../encoding/piece-range.ts";
import { truncated } from "../encoding/truncation.ts";
import { templateFor } from "../post-processors/template.ts";
import type { EncodeOptions, Tokenizer } from "../tokenizer.ts";
import { windows } from "./windows.ts";

export interface WindowOptions extends EncodeOptions {
  maxLength: number;
  /** Pieces that each window repeats of the one before it; 0 unless given. */
  stride?: number | undefined;
}

/**
 * A text or pair, each a text or its words, in as many encodings of `maxLength` as it takes. The first is what `encode`
 * gives, the others are what truncation cut off: each window of the first sequence with every window of the second, then the
 * kept part of the first with the rest of the second's, as the Rust library orders its overflowing encodings. Give `undefined`
 * as the pair for one text.
 *
 * @throws TokenizerError as `encode`, and if the stride leaves a window nothing new.
 */
export function encodeWindows(
  tokenizer: Tokenizer,
  text: string | readonly string[],
  pair: string | readonly string[] | undefined,
  options: WindowOptions,
): Encoding[] {
  const { stride = 0 } = options;
  const { postProcessor, dialect } = tokenizer.parts;
  const template = templateFor(postProcessor, pair !== undefined, options);
  const { pieces, sequences } = tokenizer.pieces(pair === undefined ? [text] : [text, pair], options.offsetUnit);
  const kept = truncated(sequences, template, options, dialect);
  const ranges = sequences.map(({ start: from, end: to }, i) =>
    windows(to - from, kept[i]!.end - from, stride).map(([start, end]): PieceRange => ({
      start: from + start,
      end: from + end,
    })),
  );
  const [[first, ...rest], second] = ranges as [[PieceRange, ...PieceRange[]], PieceRange[]?];
  const all = [second ? [first, second[0]!] : [first]];
  for (const window of rest) all.push(...(second ? second.map((other) => [window, other]) : [[window]]));
  if (second) for (const other of second.slice(1)) all.push([first, other]);
  return all.map((window) => assemble({ ...options, pieces, template, tokenizer }, window, all[0]));
}

import type { PieceBuffer } from "../pipeline/piece-buffer.ts";
import type { TemplatePart } from "../post-processors/template.ts";
import { assemble, assembledLength } from "./assemble.ts";
import type { PieceRange } from "./assemble.ts";
import type { Encoding } from "./encoding.ts";
import { paddedLength } from "./padding.ts";
import type { PaddingOptions } from "./padding.ts";
import { windows } from "./truncation.ts";

export interface EncodeWindowsOptions {
  pieces: PieceBuffer;
  template: readonly TemplatePart[];
  /** Pieces of each sequence; the sequences lie one after the other in the buffer. */
  lengths: readonly number[];
  /** Pieces kept of each. */
  kept: readonly number[];
  stride: number;
  padding: PaddingOptions;
  maxLength: number | undefined;
  paddingToken: { id: number };
  token: (id: number) => string;
}

/**
 * The encoding of what is kept, and those of the windows cut off: each window of the first sequence with every
 * window of the second, then the kept part of the first with the rest of the second's, as the Rust library orders them.
 */
export function encodeWindows(options: EncodeWindowsOptions): Encoding {
  const { pieces, template, lengths, kept, stride, padding, maxLength, paddingToken, token } = options;
  let offset = 0;
  const ranges = lengths.map((length, i) => {
    const found = windows(length, kept[i]!, stride).map(([start, end]): PieceRange => ({
      start: offset + start,
      end: offset + end,
    }));
    offset += length;
    return found;
  });
  const [first, second] = ranges as [PieceRange[], PieceRange[]?];
  const overflows: PieceRange[][] = [];
  for (const window of first.slice(1)) {
    if (second) for (const other of second) overflows.push([window, other]);
    else overflows.push([window]);
  }
  if (second) for (const other of second.slice(1)) overflows.push([first[0]!, other]);
  const sequences = second ? [first[0]!, second[0]!] : [first[0]!];
  const length =
    padding.padding === undefined ? 0 : paddedLength(assembledLength(template, sequences), padding, maxLength);
  const lay = (ranges: readonly PieceRange[], overflowing: readonly Encoding[]): Encoding =>
    assemble({
      pieces,
      template,
      sequences: ranges,
      length,
      padLeft: padding.paddingSide === "left",
      padding: paddingToken,
      token,
      overflowing,
    });
  return lay(
    sequences,
    overflows.map((ranges) => lay(ranges, [])),
  );
}

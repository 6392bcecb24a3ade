import type { OffsetUnit } from "./offset-unit.ts";
import type { PaddingOptions } from "./padding.ts";
import type { TruncationOptions } from "./truncation.ts";

export interface BatchOptions extends PaddingOptions, TruncationOptions {
  readonly addSpecialTokens?: boolean | undefined;
}

export interface RaggedOptions extends Omit<BatchOptions, keyof PaddingOptions> {
  /** Also return offsets, in this unit. */
  readonly offsets?: OffsetUnit | "utf16" | undefined;
}

export interface EncodeOptions extends BatchOptions {
  /** Unit of offsets. Default: UTF-16 units. */
  readonly offsetUnit?: OffsetUnit | "utf16" | undefined;
}

/** For `checkOptions`: the kinds of `BatchOptions`, `RaggedOptions` and `EncodeOptions`. */
const rowKinds =
  "addSpecialTokens:boolean maxLength:0 truncation:longest_first|only_first|only_second|round_robin|waterfall";
export const raggedKinds: string = `${rowKinds} offsets:function|utf16`;
export const batchKinds: string = `${rowKinds} padding:longest|max_length padToMultipleOf:1 paddingSide:right|left`;
export const encodeKinds: string = `${batchKinds} offsetUnit:function|utf16`;

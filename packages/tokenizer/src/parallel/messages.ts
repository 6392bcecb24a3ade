import type { SentError } from "@bertkit/checks";
import type { RaggedEncoding } from "../encoding/ragged.ts";
import type { RaggedOptions } from "../encoding/encode-options.ts";
import type { TextInput } from "../encoding/text-input.ts";
import type { OffsetUnitName } from "./offset-unit-names.ts";
import type { TokenizerDescription } from "./tokenizer-description.ts";

/** Messages to a worker. */
export type ToWorker =
  | { readonly kind: "start"; readonly tokenizer: TokenizerDescription }
  | {
      readonly kind: "encode";
      readonly job: number;
      readonly inputs: readonly TextInput[];
      readonly options: Omit<RaggedOptions, "offsets">;
      readonly offsets: OffsetUnitName | undefined;
    };

/** Messages from a worker. */
export type FromWorker =
  | { readonly job: number; readonly encoding: RaggedEncoding }
  | { readonly job: number; readonly error: SentError };

import type { BackendName } from "@bertkit/backend";
import type { PretrainOptions } from "../pretrain/pretrain-options.ts";
import type { PretrainSettings } from "../pretrain/pretrain-settings.ts";
import type { PretrainRecipeName } from "../pretrain/recipes.ts";

/** The command line, with the options of its files. */
export interface PretrainArguments extends Partial<PretrainSettings> {
  readonly text?: readonly string[];
  readonly out?: string;
  readonly recipe?: PretrainRecipeName;
  readonly layout?: PretrainOptions["layout"];
  readonly encoding?: string;
  readonly vocabulary?: string;
  readonly backend?: BackendName | "auto";
  readonly resume?: boolean;
  readonly fresh?: boolean;
  readonly saveEvery?: number;
  readonly tensorBoard?: boolean;
  readonly json?: boolean;
}

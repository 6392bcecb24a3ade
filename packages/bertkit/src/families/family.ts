import type { Folder } from "@bertkit/checkpoints";

/** What makes a folder a model: `fromPretrained` is given families, and the first that fits a folder loads it. */
export interface Family<Model extends object> {
  /** For messages, such as "DistilBERT". */
  readonly name: string;
  /** Whether the folder says that it holds one of these. Throws where it cannot be read. */
  fits(folder: Folder): Promise<boolean>;
  /** The model, its variables loaded. Throws a CheckpointError that says which file lacks what; no tensor stays then. */
  load(folder: Folder): Promise<Model>;
}

/** The model of a family. */
export type ModelOf<F> = F extends Family<infer Model> ? Model : never;

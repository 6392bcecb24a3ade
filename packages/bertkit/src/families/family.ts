import type { Folder } from "@bertkit/checkpoints";

/** Recognizes and loads a kind of model folder. `fromPretrained` uses the first of its families that matches. */
export interface Family<Model extends object> {
  /** For messages, such as "DistilBERT". */
  readonly name: string;
  /** Whether the folder has a model of this family. Throws if it cannot be read. */
  fits(folder: Folder): Promise<boolean>;
  /** Loads the model. Throws a CheckpointError that names the file and what is missing, and then leaks no tensor. */
  load(folder: Folder): Promise<Model>;
}

/** The model that a family loads. */
export type ModelOf<F> = F extends Family<infer Model> ? Model : never;

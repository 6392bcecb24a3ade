import type { SentError } from "@bertkit/checks";

/** Messages to a worker. Calls are numbered. */
export type ToWorker =
  /** Asks for the names of the functions. */
  | { readonly hello: true }
  | { readonly id: number; readonly name: string; readonly args: unknown }
  /** Requests the next result of an async generator, or ends it. */
  | { readonly id: number; readonly next: boolean };

/** Messages from a worker. */
export type FromWorker =
  | {
      readonly names: readonly string[];
      /** Those that are async generators. */
      readonly generators: readonly string[];
    }
  | { readonly id: number; readonly result: unknown; readonly done: boolean }
  | { readonly id: number; readonly error: SentError }
  /** It could not start. */
  | { readonly failed: SentError };

/** What a thread asks of its worker. Calls are numbered. */
export type ToWorker =
  /** What functions are there? */
  | { readonly hello: true }
  | { readonly id: number; readonly name: string; readonly args: unknown }
  /** The next result of an async generator, or no more of them. */
  | { readonly id: number; readonly next: boolean };

export type FromWorker =
  | {
      readonly names: readonly string[];
      /** Those that are async generators. */
      readonly generators: readonly string[];
    }
  | { readonly id: number; readonly result: unknown; readonly done: boolean }
  | { readonly id: number; readonly error: unknown };

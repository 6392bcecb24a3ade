import type { BackendForWorker } from "./backend-for-worker.ts";
import type { SentError } from "./parcels.ts";

/** Stands for an async iterable, which stays in the thread that calls and is read from there item by item. */
export interface SentStream {
  readonly streamOf: number;
}

/** Stands for an AbortSignal of the thread that calls. */
export interface SentSignal {
  readonly signalOf: number;
}

/** Calls are numbered; of a call that gives a stream each result is asked for. */
export type ToPipelineWorker =
  | {
      readonly do: "open";
      readonly task: string;
      readonly model: string;
      readonly backend: BackendForWorker;
      readonly options: object;
      readonly progress: boolean;
    }
  | { readonly do: "call"; readonly call: number; readonly args: readonly unknown[] }
  | { readonly do: "next" | "return"; readonly call: number }
  | { readonly do: "abort"; readonly call: number }
  | {
      readonly do: "item";
      readonly call: number;
      readonly item?: unknown;
      readonly done?: boolean;
      readonly error?: SentError;
    };

export type FromPipelineWorker =
  | { readonly is: "opened" }
  | { readonly is: "failed"; readonly error: SentError }
  | { readonly is: "progress"; readonly progress: unknown }
  | { readonly is: "result"; readonly call: number; readonly value: unknown; readonly done?: boolean }
  | { readonly is: "error"; readonly call: number; readonly error: SentError }
  /** Wants the next item of the call's stream; or no more of it. */
  | { readonly is: "pull" | "close"; readonly call: number };

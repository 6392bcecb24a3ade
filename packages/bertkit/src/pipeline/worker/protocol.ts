import type { SentError } from "@bertkit/checks";
import type { BackendForWorker } from "./backend-for-worker.ts";

/** Represents an async iterable, which is read in the calling thread, item by item. */
export interface SentStream {
  readonly streamOf: number;
}

/** Represents an AbortSignal of the calling thread. */
export interface SentSignal {
  readonly signalOf: number;
}

/** Messages to the worker. Calls are numbered. Each result of a stream is requested with "next". */
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
  /** Requests the next item of the call's stream, or closes the stream. */
  | { readonly is: "pull" | "close"; readonly call: number };

import type { CompileProgress } from "@bertkit/backend";
import type { ClassificationExample } from "@bertkit/heads";

/** Messages of the page to the worker that trains. */
export type Order =
  | {
      readonly kind: "train";
      readonly backend: TrainingBackend;
      readonly engine: EngineOptions;
      /** The address of the folder whose encoder is trained further. */
      readonly folder: string;
      readonly labels: readonly string[];
      readonly examples: readonly ClassificationExample[];
      readonly steps: number;
      /** Starts from the saved run's state. */
      readonly resume: boolean;
    }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  | { readonly kind: "classify"; readonly text: string }
  | { readonly kind: "save" };

/** "auto": WebGPU on a graphics card, otherwise WebAssembly. */
export type TrainingBackend = "auto" | "webgpu" | "wasm";

export interface EngineOptions {
  readonly enginePath: string;
}

/** Messages of the worker to the page. */
export type News =
  | { readonly kind: "started"; readonly reason: string }
  | ({ readonly kind: "compiled" } & CompileProgress)
  | { readonly kind: "step"; readonly step: number; readonly loss: number; readonly milliseconds: number }
  | { readonly kind: "accuracy"; readonly step: number; readonly accuracy: number }
  | { readonly kind: "paused"; readonly step: number; readonly saved: boolean }
  /** The browser's storage refused the run, which continues. */
  | { readonly kind: "unsaved"; readonly message: string }
  | { readonly kind: "trained" }
  | { readonly kind: "labels"; readonly candidates: readonly { readonly name: string; readonly score: number }[] }
  | { readonly kind: "saved"; readonly files: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] }
  | { readonly kind: "failed"; readonly message: string };

import type { FusedKernels } from "@bertkit/ops";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";

type Contract = FusedKernels<TensorInfo>;

/** What fused kernels use of the backend. */
export type FusedBackend = Pick<OnnxRuntimeBackend, "executor" | "numeric" | "record" | "recordMany" | "view">;

/** One of ops' fused kernels, recorded; ops defines its inputs and attributes. */
export type FusedKernel<Name extends keyof Contract> = (
  backend: FusedBackend,
  inputs: Contract[Name]["inputs"],
  attributes: Contract[Name]["attributes"],
) => TensorInfo | TensorInfo[];

/** The fused kernels that are recorded; a dropout mask is computed immediately. */
export type RecordedFusedKernels = {
  readonly [Name in Exclude<keyof Contract, "BertkitDropoutMask">]: FusedKernel<Name>;
};

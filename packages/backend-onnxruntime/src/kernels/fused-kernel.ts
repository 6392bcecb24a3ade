import type { FusedKernels } from "@bertkit/ops";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";

type Contract = FusedKernels<TensorInfo>;

/** One of ops' fused kernels, recorded: its inputs and attributes are those that ops gives. */
export type FusedKernel<Name extends keyof Contract> = (
  backend: OnnxRuntimeBackend,
  inputs: Contract[Name]["inputs"],
  attributes: Contract[Name]["attributes"],
) => TensorInfo | TensorInfo[];

/** Those that are recorded; a mask is made at once. */
export type RecordedFusedKernels = {
  readonly [Name in Exclude<keyof Contract, "BertkitDropoutMask">]: FusedKernel<Name>;
};

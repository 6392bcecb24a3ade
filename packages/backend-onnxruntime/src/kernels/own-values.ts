import type { FusedUpdates } from "@bertkit/ops";
import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";

/** From now on only the tensor has its array, so that the memory can be reused and freed. */
export const ownValuesKernel: KernelFunc = ({ backend, attrs }) => {
  const { tensor } = attrs as unknown as FusedUpdates<TensorInfo>["BertkitOwnValues"];
  const { storage } = (backend as OnnxRuntimeBackend).numeric(tensor).source;
  if (storage !== undefined) storage.exposed = false;
  return [];
};

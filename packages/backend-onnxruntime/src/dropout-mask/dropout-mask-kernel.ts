import type { KernelFunc } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { fillMask } from "./mask-loop.ts";

/** Attributes of "BertkitDropoutMask". */
export interface DropoutMaskAttributes {
  readonly shape: readonly number[];
  /** Of 65,536 elements so many are dropped. */
  readonly threshold: number;
  /** Any 32-bit integer. */
  readonly seed: number;
}

/** 0 where dropped, else 65,536 / (65,536 − threshold): what a product with makes dropout. */
export const dropoutMaskKernel: KernelFunc = ({ backend, attrs }) => {
  const { shape, threshold, seed } = attrs as unknown as DropoutMaskAttributes;
  return (backend as OnnxRuntimeBackend).makeFloats(shape, (values) => fillMask(values, threshold, seed));
};

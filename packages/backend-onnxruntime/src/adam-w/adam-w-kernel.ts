import { limitGarbage } from "#collect-garbage";
import type { AdamWAttributes } from "@bertkit/ops";
import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import type { OnnxRuntimeBackend } from "../backend.ts";
import { countChange, fillSlots } from "./fill-slots.ts";
import { slotAt, type ParameterSlot } from "./parameter-block.ts";
import { updateRemotely } from "./remote-adam-w.ts";

type Attributes = AdamWAttributes<TensorInfo>;

/**
 * AdamW (Loshchilov and Hutter 2019) over all variables at once. Runs the pending kernels first, so that one graph
 * computes the gradients and every other live tensor; then updates variables and moments in place. Returns no tensor.
 */
export const adamWKernel: KernelFunc = ({ backend, attrs }) => {
  const own = backend as OnnxRuntimeBackend;
  const given = attrs as unknown as Attributes;
  check(given);
  const attributes = withElements(given);
  const { remote } = own.executor.pool;
  if (remote !== undefined) {
    updateRemotely(own, remote, attributes);
    return [];
  }
  const slots = attributes.variables.map((variable, i) =>
    slotOf(own, variable, attributes.firstMoments[i]!, attributes.secondMoments[i]!),
  );
  const gradients = attributes.gradients.map((info) => own.numeric(info));
  fillSlots(own, attributes, slots, gradients);
  applyUpdate(attributes, slots as ParameterSlot[]);
  limitGarbage();
  return [];
};

function check({ variables, gradients, firstMoments, secondMoments, weightDecays }: Attributes): void {
  variables.forEach(({ shape }, i) => {
    for (const other of [gradients[i], firstMoments[i], secondMoments[i]]) {
      if (other === undefined || other.dtype !== "float32" || other.shape.join() !== shape.join()) {
        throw new Error(
          `BertkitAdamW: variable ${i} has shape [${shape}], got a gradient or moment of ${other === undefined ? "nothing" : `${other.dtype} [${other.shape}]`}. Give float32 tensors of one shape.`,
        );
      }
    }
    if (weightDecays[i] === undefined)
      throw new Error(
        `BertkitAdamW: ${variables.length} variables, got ${weightDecays.length} weight decays. Give one for each.`,
      );
  });
}

/** Without empty variables: the loops update at least 16 bytes, which would be the next variable's. */
function withElements(attributes: Attributes): Attributes {
  const some = <T>(list: readonly T[]): T[] => list.filter((_, i) => !attributes.variables[i]!.shape.includes(0));
  return {
    ...attributes,
    variables: some(attributes.variables),
    gradients: some(attributes.gradients),
    firstMoments: some(attributes.firstMoments),
    secondMoments: some(attributes.secondMoments),
    weightDecays: some(attributes.weightDecays),
  };
}

/** The variable's slot; undefined if the variable or a moment has other memory now. */
function slotOf(
  backend: OnnxRuntimeBackend,
  variable: TensorInfo,
  first: TensorInfo,
  second: TensorInfo,
): ParameterSlot | undefined {
  const slot = slotAt(backend.numeric(variable).source.storage);
  if (slot === undefined) return undefined;
  const kept =
    backend.numeric(first).source.storage === slot.firstMoments &&
    backend.numeric(second).source.storage === slot.secondMoments;
  return kept ? slot : undefined;
}

function applyUpdate(attributes: Attributes, slots: readonly ParameterSlot[]): void {
  const { learningRate, beta1, beta2, epsilon, weightDecays, clipNorm, step, biasCorrection } = attributes;
  const rate = learningRate / (biasCorrection ? 1 - beta1 ** step : 1);
  const rootScale = 1 / Math.sqrt(biasCorrection ? 1 - beta2 ** step : 1);
  const scale = clipNorm === Infinity ? 1 : clipScale(slots, clipNorm);
  slots.forEach(({ loops, parameters, addresses: [p, m, v, g], bytes }, i) => {
    countChange(parameters);
    loops.update(
      p,
      m,
      v,
      g,
      bytes,
      scale,
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      rate,
      rootScale,
      epsilon,
      learningRate * weightDecays[i]!,
    );
  });
}

function clipScale(slots: readonly ParameterSlot[], clipNorm: number): number {
  let squares = 0;
  for (const { loops, addresses, bytes } of slots) squares += loops.sumOfSquares(addresses[3], addresses[3] + bytes);
  const norm = Math.sqrt(squares);
  return norm > clipNorm ? clipNorm / norm : Number.isNaN(norm) ? NaN : 1;
}

import type { OnnxType, OnnxValue } from "../../onnx/model.ts";
import { tensorType, type NumericType, type TensorType } from "../../record/types.ts";

/**
 * Which axes may have any length: by input or output name, the axis' number and a name for it, as in PyTorch. Axes with
 * one name have one length.
 */
export type DynamicAxes = Readonly<Record<string, Readonly<Record<number, string>>>>;

export interface ExampleInput {
  readonly name: string;
  readonly dtype: NumericType;
  readonly type: OnnxType;
  readonly shape: readonly number[];
}

/** The inputs' dynamic axes by name, in order of appearance, with their lengths in the example. */
export function inputAxes(inputs: readonly ExampleInput[], dynamicAxes: DynamicAxes): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { name, shape } of inputs) {
    for (const [key, axisName] of Object.entries(dynamicAxes[name] ?? {})) {
      const size = shape[Number(key)];
      if (size === undefined)
        throw new Error(
          `exportOnnx: dynamicAxes.${name} names axis ${key}, got an example input of [${shape.join(", ")}]. Name axes from 0 to ${shape.length - 1}.`,
        );
      const other = sizes.get(axisName) ?? size;
      if (other !== size)
        throw new Error(
          `exportOnnx: the dynamic axis ${axisName} has ${other} in one example input and ${size} in ${name}. Give example inputs that agree, or two names.`,
        );
      sizes.set(axisName, size);
    }
  }
  return sizes;
}

/** The inputs as declared in the model. */
export function declareInputs(inputs: readonly ExampleInput[], dynamicAxes: DynamicAxes): OnnxValue[] {
  return inputs.map(({ name, type, shape }) => ({
    name,
    type,
    shape: shape.map((size, axis) => dynamicAxes[name]?.[axis] ?? size),
  }));
}

/** The inputs' types at these sizes of the dynamic axes. */
export function typesAt(
  inputs: readonly ExampleInput[],
  dynamicAxes: DynamicAxes,
  sizes: ReadonlyMap<string, number>,
): Map<string, TensorType> {
  return new Map(
    inputs.map(({ name, dtype, shape }) => [
      name,
      tensorType(
        dtype,
        shape.map((size, axis) => sizes.get(dynamicAxes[name]?.[axis] ?? "") ?? size),
      ),
    ]),
  );
}

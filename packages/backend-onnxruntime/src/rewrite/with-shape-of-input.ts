import type { Source, RecordedNode } from "../record/source.ts";
import { sameShape, tensorType, type TensorType } from "../record/types.ts";

type Types = Pick<RecordedNode["signature"], "inputTypes" | "outputTypes">;

/**
 * Output types that a node may have instead of its recorded ones, so that its input need not be reshaped: if it works
 * for any leading axes, it uses those of the input in the model. So a stack of layers stays [rows, size] from one
 * product to the next, whatever shapes the layers use.
 */
export function withShapeOfInput({ signature, inputs }: RecordedNode, typeOf: (source: Source) => TensorType): Types {
  const { operation, inputTypes, outputTypes } = signature;
  if (!operation.anyShape) return signature;
  const full = outputTypes[0]!.shape;
  const isFull = inputTypes.map(({ shape }) => sameShape(shape, full));
  if (!inputTypes.every(({ shape }, i) => isFull[i] || shape.length <= 1)) return signature;
  const shape = inputs
    .map((source) => typeOf(source).shape)
    .find((shape, i) => isFull[i] && shape.at(-1) === full.at(-1) && !sameShape(shape, full));
  if (shape === undefined) return signature;
  return {
    inputTypes: inputTypes.map((type, i) => (isFull[i] ? tensorType(type.dtype, shape) : type)),
    outputTypes: outputTypes.map((type) => tensorType(type.dtype, [...shape.slice(0, -1), type.shape.at(-1)!])),
  };
}

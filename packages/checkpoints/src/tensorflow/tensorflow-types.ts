import type { ElementType } from "../safetensors/element-type.ts";

/** TensorFlow's DataType numbers (tensorflow/core/framework/types.proto) of the supported element types. */
export const typeNumbers: Readonly<Record<ElementType, number>> = {
  F32: 1,
  F64: 2,
  I32: 3,
  U8: 4,
  I16: 5,
  I8: 6,
  I64: 9,
  BOOL: 10,
  BF16: 14,
  U16: 17,
  F16: 19,
  U32: 22,
  U64: 23,
};

/** DT_STRING */
export const stringType = 7;

export function typeOfNumber(number: number): ElementType | undefined {
  return (Object.keys(typeNumbers) as ElementType[]).find((type) => typeNumbers[type] === number);
}

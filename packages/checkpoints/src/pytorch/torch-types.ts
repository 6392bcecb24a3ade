import type { ElementType } from "../safetensors/element-type.ts";

/** PyTorch's storage classes and their element types, without complex and quantized ones. */
export const storageTypes: Readonly<Record<string, ElementType>> = {
  DoubleStorage: "F64",
  FloatStorage: "F32",
  HalfStorage: "F16",
  BFloat16Storage: "BF16",
  LongStorage: "I64",
  IntStorage: "I32",
  ShortStorage: "I16",
  CharStorage: "I8",
  ByteStorage: "U8",
  BoolStorage: "BOOL",
};

/** PyTorch's dtypes by name. */
export const dtypes: Readonly<Record<string, ElementType>> = {
  float64: "F64",
  double: "F64",
  float32: "F32",
  float: "F32",
  float16: "F16",
  half: "F16",
  bfloat16: "BF16",
  int64: "I64",
  long: "I64",
  int32: "I32",
  int: "I32",
  int16: "I16",
  short: "I16",
  int8: "I8",
  uint64: "U64",
  uint32: "U32",
  uint16: "U16",
  uint8: "U8",
  bool: "BOOL",
};

/** A storage class in a pickle. */
export class StorageClass {
  readonly type: ElementType | undefined;

  constructor(type: ElementType | undefined) {
    this.type = type;
  }
}

/** A dtype in a pickle. */
export class TorchDtype {
  readonly type: ElementType;

  constructor(type: ElementType) {
    this.type = type;
  }
}

import { maxAxes } from "../element-count.ts";
import { elementSize } from "../safetensors/element-type.ts";
import { PickleFunction, PickleTuple } from "./pickle/pickle-values.ts";
import { checkedSpan, type PickledStorage, PickledTensor } from "./pickled-tensor.ts";
import { pytorchError } from "./pytorch-error.ts";
import { TorchDtype } from "./torch-types.ts";

/** The result of `persistent`; its class ensures that a pickle cannot forge a storage. */
export class StorageHandle {
  readonly storage: PickledStorage;

  constructor(storage: PickledStorage) {
    this.storage = storage;
  }
}

/** Functions of `torch._utils` that state dicts use to build tensors. */
export const rebuildFunctions: Readonly<Record<string, PickleFunction>> = Object.fromEntries(
  (
    [
      ["_rebuild_tensor", ([storage, offset, shape, strides]) => rebuild(storage, offset, shape, strides)],
      ["_rebuild_tensor_v2", ([storage, offset, shape, strides]) => rebuild(storage, offset, shape, strides)],
      [
        "_rebuild_tensor_v3",
        ([storage, offset, shape, strides, , , dtype]) => rebuild(storage, offset, shape, strides, dtype),
      ],
      ["_rebuild_parameter", ([tensor]) => parameterOf(tensor)],
      ["_rebuild_parameter_with_state", ([tensor]) => parameterOf(tensor)],
    ] satisfies [string, PickleFunction["call"]][]
  ).map(([name, call]) => [name, new PickleFunction(name, call)]),
);

/** A parameter is its tensor. */
export function parameterOf(tensor: unknown): PickledTensor {
  if (!(tensor instanceof PickledTensor))
    throw pytorchError("a parameter is built from something that is not a tensor.");
  return tensor;
}

function rebuild(handle: unknown, offset: unknown, shape: unknown, strides: unknown, dtype?: unknown): PickledTensor {
  if (!(handle instanceof StorageHandle)) throw pytorchError("a tensor is built from something that is not a storage.");
  const { storage } = handle;
  const type = dtype instanceof TorchDtype ? dtype.type : storage.type;
  if (!type) throw pytorchError("a tensor of untyped bytes has no dtype.");
  const tensor = new PickledTensor(storage, type, count(offset), counts(shape), counts(strides));
  checkedSpan(tensor, storage.type ? storage.length : Math.floor(storage.length / elementSize(type)));
  return tensor;
}

function counts(list: unknown): number[] {
  if (!(list instanceof PickleTuple) || list.items.length > maxAxes)
    throw pytorchError(`a tensor's shape or strides are not a tuple of at most ${maxAxes}.`);
  return list.items.map(count);
}

function count(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw pytorchError("a tensor's shape, strides or offset have a value that is not a count.");
  return value as number;
}

import type { ElementType } from "../safetensors/element-type.ts";
import { PickleDict, PickleFunction, PickleTuple, type PickleWorld } from "./pickle/pickle-values.ts";
import type { PickledStorage } from "./pickled-tensor.ts";
import { shown } from "../shown.ts";
import { pytorchError } from "./pytorch-error.ts";
import { parameterOf, rebuildFunctions, StorageHandle } from "./rebuild-tensor.ts";
import { dtypes, StorageClass, storageTypes, TorchDtype } from "./torch-types.ts";

const untyped = new StorageClass(undefined);
const parameter = new PickleFunction("Parameter", ([tensor]) => parameterOf(tensor));

/** The allow-list: every global that a state dict needs, and no other. */
const globals: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...Object.entries(rebuildFunctions).map(([name, call]) => [`torch._utils.${name}`, call] as const),
  ...Object.entries(storageTypes).map(([name, type]) => [`torch.${name}`, new StorageClass(type)] as const),
  ...Object.entries(dtypes).map(([name, type]) => [`torch.${name}`, new TorchDtype(type)] as const),
  ["torch.UntypedStorage", untyped],
  ["torch.storage.UntypedStorage", untyped],
  ["torch.nn.parameter.Parameter", parameter],
  ["torch.Size", new PickleFunction("Size", ([sizes]) => sizes)],
  ["torch.device", new PickleFunction("device", () => null)],
]);

/** The globals that PyTorch's pickles may name: tensors, their types and ordered dicts. Collects the storages. */
export interface TorchWorld extends PickleWorld {
  readonly storages: ReadonlyMap<string, { readonly type: ElementType | undefined; readonly length: number }>;
}

export function torchWorld(): TorchWorld {
  const storages = new Map<string, { type: ElementType | undefined; length: number }>();
  const orderedDict = new PickleFunction("OrderedDict", dictOfPairs());
  return {
    storages,
    global(module, name) {
      const path = `${module}.${name}`;
      if (path === "collections.OrderedDict") return orderedDict;
      const value = globals.get(path);
      if (value === undefined)
        throw pytorchError(
          `the pickle names ${path.length > 100 ? `${path.slice(0, 100)}…` : path}, which is not part of a tensor. Nothing was executed. Save only the state dict, or save it as safetensors.`,
        );
      return value;
    },
    persistent(id) {
      const [kind, storageClass, key, , length, view] = id instanceof PickleTuple ? id.items : [];
      const isCount = Number.isSafeInteger(length) && (length as number) >= 0;
      if (kind !== "storage" || !(storageClass instanceof StorageClass) || typeof key !== "string" || !isCount)
        throw pytorchError("the pickle refers to something outside it that is not a storage.");
      const { type } = storageClass;
      const known = storages.get(key);
      if (known && (known.type !== type || known.length !== length))
        throw pytorchError(`storage ${shown(key)} is described in two ways.`);
      storages.set(key, { type, length: length as number });
      return new StorageHandle(viewOf({ key, type, length: length as number, start: 0 }, view));
    },
  };
}

/** Legacy files may have views of a storage: (key of the view, first element, number of elements). */
function viewOf(storage: PickledStorage, view: unknown): PickledStorage {
  if (view === undefined || view === null) return storage;
  const [, start, length] = view instanceof PickleTuple ? view.items : [];
  const fits =
    Number.isSafeInteger(start) &&
    Number.isSafeInteger(length) &&
    (start as number) >= 0 &&
    (length as number) >= 0 &&
    (start as number) + (length as number) <= storage.length;
  if (!fits) throw pytorchError(`a view of storage ${shown(storage.key)} is out of range.`);
  return { ...storage, start: start as number, length: length as number };
}

/**
 * Python 2 pickles an OrderedDict as a list of pairs. Their total is limited, since a list can be referenced
 * repeatedly.
 */
function dictOfPairs(): PickleFunction["call"] {
  let left = 1 << 20;
  return ([pairs]) => {
    const dict = new PickleDict();
    if (pairs === undefined) return dict;
    if (!Array.isArray(pairs) || (left -= pairs.length) < 0)
      throw pytorchError("an OrderedDict is built from something that is not a list of items, or from too many.");
    for (const pair of pairs) {
      const [key, value, ...rest] = pair instanceof PickleTuple ? pair.items : Array.isArray(pair) ? pair : [];
      if (key === undefined || rest.length > 0) throw pytorchError("an OrderedDict has an item that is not a pair.");
      dict.set(key, value);
    }
    return dict;
  };
}

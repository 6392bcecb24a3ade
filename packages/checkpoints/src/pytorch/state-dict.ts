import { shown } from "../shown.ts";
import { PickleDict, PickleTuple } from "./pickle/pickle-values.ts";
import { PickledTensor } from "./pickled-tensor.ts";
import { pytorchError } from "./pytorch-error.ts";

/** The tensors of a pickle by name, and its other plain values as strings. */
export interface StateDict {
  readonly tensors: ReadonlyMap<string, PickledTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const deepest = 32;
const maxLeaves = 1_000_000;
/**
 * Maximum total characters of all names: per byte of the pickle, and in addition. Keys can be referenced any number of
 * times.
 */
const maxNames = { perByte: 16, inAddition: 1 << 16 };

/**
 * Finds the tensors of a state dict. Nested dicts, lists and tuples, such as an optimizer's state, become dotted names:
 * `state.0.exp_avg`. Throws a CheckpointError if there are no or too many tensors, or if the names are longer in total
 * than 16 times the pickle.
 *
 * @param pickleBytes the length of the pickle
 */
export function flattenStateDict(root: unknown, pickleBytes: number): StateDict {
  const tensors = new Map<string, PickledTensor>();
  const metadata: [string, string][] = [];
  let leaves = 0;
  let characters = maxNames.perByte * pickleBytes + maxNames.inAddition;
  visit(root, "", 0);
  if (tensors.size === 0) throw pytorchError("the pickle has no tensors by name. Save the model's state dict.");
  return { tensors, metadata: Object.fromEntries(metadata) };

  function visit(value: unknown, name: string, depth: number): void {
    if (++leaves > maxLeaves || depth > deepest)
      throw pytorchError(`the state dict is nested deeper than ${deepest} or has more than ${maxLeaves} values.`);
    if ((characters -= name.length) < 0)
      throw pytorchError(
        `the names of the state dict are longer in total than ${maxNames.perByte} times its pickle of ${pickleBytes} bytes. Save only the model's state dict.`,
      );
    if (value instanceof PickledTensor) {
      if (tensors.has(name)) throw pytorchError(`two tensors are named ${shown(name)}.`);
      tensors.set(name, value);
    } else if (value instanceof PickleDict) {
      for (const [key, item] of itemsOf(value)) visit(item, joined(name, key), depth + 1);
    } else if (value instanceof PickleTuple || Array.isArray(value)) {
      const items: readonly unknown[] = Array.isArray(value) ? value : value.items;
      items.forEach((item, index) => visit(item, joined(name, index), depth + 1));
    } else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      metadata.push([name, String(value)]);
    }
  }

  /** The items with string and number keys, the last one per key. */
  function itemsOf({ items }: PickleDict): Map<string, unknown> {
    if ((leaves += items.length / 2) > maxLeaves)
      throw pytorchError(`the state dict has more than ${maxLeaves} values.`);
    const last = new Map<string, unknown>();
    const numbers = new Set<string>();
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (typeof key !== "string" && typeof key !== "number") continue;
      const name = String(key);
      if (last.has(name) && numbers.has(name) !== (typeof key === "number"))
        throw pytorchError(`a dict has ${shown(name)} both as a string and as a number.`);
      if (typeof key === "number") numbers.add(name);
      last.set(name, items[i + 1]);
    }
    return last;
  }
}

function joined(name: string, key: string | number): string {
  return name === "" ? String(key) : `${name}.${key}`;
}

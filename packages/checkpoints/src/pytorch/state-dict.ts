import { shown } from "../shown.ts";
import { PickleDict, PickleTuple } from "./pickle/pickle-values.ts";
import { PickledTensor } from "./pickled-tensor.ts";
import { pytorchError } from "./pytorch-error.ts";

/** The tensors of a pickle by name, and its other plain values as text. */
export interface StateDict {
  readonly tensors: ReadonlyMap<string, PickledTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const deepest = 32;
const mostLeaves = 1_000_000;
/** Characters of all names, a byte of the pickle: values and keys can be referred to again and again. */
const longestNames = { ofEachByte: 16, least: 1 << 16 };

/**
 * Finds the tensors of a state dict. Dicts, lists and tuples within it, such as an optimizer's state, give names
 * joined by dots: `state.0.exp_avg`. Throws a CheckpointError where there are no tensors or no end of them, and where the
 * names together are longer than 16 times the pickle.
 *
 * @param pickleBytes the pickle's length
 */
export function flattenStateDict(root: unknown, pickleBytes: number): StateDict {
  const tensors = new Map<string, PickledTensor>();
  const metadata: [string, string][] = [];
  let leaves = 0;
  let characters = longestNames.ofEachByte * pickleBytes + longestNames.least;
  visit(root, "", 0);
  if (tensors.size === 0) throw pytorchError("the pickle holds no tensors by name. Save the model's state dict.");
  return { tensors, metadata: Object.fromEntries(metadata) };

  function visit(value: unknown, name: string, depth: number): void {
    if (++leaves > mostLeaves || depth > deepest)
      throw pytorchError(`the state dict is nested deeper than ${deepest} or has more than ${mostLeaves} values.`);
    if ((characters -= name.length) < 0)
      throw pytorchError(
        `the state dict's names are together longer than ${longestNames.ofEachByte} times its pickle of ${pickleBytes} bytes. Save the model's state dict alone.`,
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

  /** The items under texts and numbers, the last of each. */
  function itemsOf({ items }: PickleDict): Map<string, unknown> {
    if ((leaves += items.length / 2) > mostLeaves)
      throw pytorchError(`the state dict has more than ${mostLeaves} values.`);
    const last = new Map<string, unknown>();
    const numbers = new Set<string>();
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (typeof key !== "string" && typeof key !== "number") continue;
      const name = String(key);
      if (last.has(name) && numbers.has(name) !== (typeof key === "number"))
        throw pytorchError(`a dict has ${shown(name)} both as a text and as a number.`);
      if (typeof key === "number") numbers.add(name);
      last.set(name, items[i + 1]);
    }
    return last;
  }
}

function joined(name: string, key: string | number): string {
  return name === "" ? String(key) : `${name}.${key}`;
}

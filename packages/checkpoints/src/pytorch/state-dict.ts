import { PickleTuple } from "./pickle/pickle-values.ts";
import { PickledTensor } from "./pickled-tensor.ts";
import { pytorchError } from "./pytorch-error.ts";

/** The tensors of a pickle by name, and its other plain values as text. */
export interface StateDict {
  readonly tensors: ReadonlyMap<string, PickledTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const deepest = 32;
const mostLeaves = 1_000_000;

/**
 * Finds the tensors of a state dict. Dicts, lists and tuples within it, such as an optimizer's state, give names
 * joined by dots: `state.0.exp_avg`. Throws a CheckpointError where there are no tensors or no end of them.
 */
export function flattenStateDict(root: unknown): StateDict {
  const tensors = new Map<string, PickledTensor>();
  const metadata: [string, string][] = [];
  let leaves = 0;
  visit(root, "", 0);
  if (tensors.size === 0) throw pytorchError("the pickle holds no tensors by name. Save the model's state dict.");
  return { tensors, metadata: Object.fromEntries(metadata) };

  function visit(value: unknown, name: string, depth: number): void {
    if (++leaves > mostLeaves || depth > deepest)
      throw pytorchError(`the state dict is nested deeper than ${deepest} or has more than ${mostLeaves} values.`);
    if (value instanceof PickledTensor) {
      if (tensors.has(name)) throw pytorchError(`two tensors are named ${JSON.stringify(name)}.`);
      tensors.set(name, value);
    } else if (value instanceof Map) {
      for (const [key, item] of value) {
        if (typeof key === "string" || typeof key === "number") visit(item, joined(name, key), depth + 1);
      }
    } else if (value instanceof PickleTuple || Array.isArray(value)) {
      const items: readonly unknown[] = Array.isArray(value) ? value : value.items;
      items.forEach((item, index) => visit(item, joined(name, index), depth + 1));
    } else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      metadata.push([name, String(value)]);
    }
  }
}

function joined(name: string, key: string | number): string {
  return name === "" ? String(key) : `${name}.${key}`;
}

import type * as tf from "@tensorflow/tfjs-core";

/** Tensors of which none has the memory of another, and the names of the others, by which they have it. */
export interface UniqueTensors {
  readonly tensors: ReadonlyMap<string, tf.Tensor>;
  /** By the name of the other, the name of the tensor that it equals. */
  readonly sameAs: Readonly<Record<string, string>>;
}

/** Clones of a tensor, such as those of weights that are not trained, are saved once. */
export function uniqueTensors(named: ReadonlyMap<string, tf.Tensor>): UniqueTensors {
  const tensors = new Map<string, tf.Tensor>();
  const sameAs: Record<string, string> = {};
  const first = new Map<tf.DataId, string>();
  for (const [name, tensor] of named) {
    const other = first.get(tensor.dataId);
    // A reshaped tensor shares memory too.
    if (other !== undefined && tensors.get(other)!.shape.join() === tensor.shape.join()) sameAs[name] = other;
    else {
      tensors.set(name, tensor);
      if (other === undefined) first.set(tensor.dataId, name);
    }
  }
  return { tensors, sameAs };
}

/** All tensors by name; those that are the same are one object. */
export function allTensors({ tensors, sameAs }: UniqueTensors): Map<string, tf.Tensor> {
  const all = new Map(tensors);
  for (const [name, other] of Object.entries(sameAs)) {
    const tensor = tensors.get(other);
    if (tensor !== undefined) all.set(name, tensor);
  }
  return all;
}

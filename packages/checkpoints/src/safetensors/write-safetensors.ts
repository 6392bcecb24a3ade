import { checkList, checkObject, checkOptions, object } from "@bertkit/checks";
import { encodeTensor } from "./encode-tensor.ts";
import { layOut } from "./lay-out.ts";
import { storedAs, type TensorToStore } from "./stored-tensor.ts";

export interface WriteOptions {
  /** `__metadata__`, strings by name. Hugging Face's loaders require `format`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Required by Hugging Face's loaders. */
export const defaultMetadata: Readonly<Record<string, string>> = { format: "pt" };

/** Writes a safetensors file in memory. The same tensors give the same bytes, in any order. */
export function writeSafetensors(tensors: Iterable<TensorToStore>, options: WriteOptions = {}): Uint8Array {
  checkOptions("writeSafetensors", options, { metadata: object("an object of texts by name") });
  checkList("writeSafetensors", "tensors", tensors, "tensors");
  const { metadata = defaultMetadata } = options;
  const stored = Array.from(tensors, (tensor, i) => {
    checkObject("writeSafetensors", `tensors[${i}]`, tensor, "{ name, shape, data }", "name", "shape", "data");
    return storedAs("writeSafetensors", tensor);
  });
  const { head, tensors: sorted, size } = layOut(stored, metadata);
  const parts = sorted.map(encodeTensor);
  const file = new Uint8Array(size);
  file.set(head);
  let position = head.length;
  for (const bytes of parts) {
    file.set(bytes, position);
    position += bytes.length;
  }
  return file;
}

import type { FilePieces } from "../folders/folder.ts";
import type { TensorDescription, TensorSource } from "../tensor-source.ts";
import { encodeTensor } from "./encode-tensor.ts";
import { layOut } from "./lay-out.ts";

/**
 * The safetensors file of some tensors of a source, with one tensor in memory at a time. The bytes equal those of
 * `writeSafetensors`.
 */
export function safetensorsPieces(
  source: Pick<TensorSource, "tensor">,
  tensors: Iterable<TensorDescription>,
  metadata: Readonly<Record<string, string>>,
  last?: TensorDescription,
): FilePieces {
  const { head, tensors: sorted, size } = layOut(tensors, metadata, last);
  return {
    size,
    async *[Symbol.asyncIterator]() {
      yield head;
      for (const { name, type, shape } of sorted) {
        yield encodeTensor({ name, type, shape, data: (await source.tensor(name)).data });
      }
    },
  };
}

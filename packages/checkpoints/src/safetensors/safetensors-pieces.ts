import type { FilePieces } from "../folders/folder.ts";
import type { TensorDescription, TensorSource } from "../tensor-source.ts";
import { encodeTensor } from "./encode-tensor.ts";
import { layOut } from "./lay-out.ts";

/**
 * The safetensors file of some of a source's tensors, each read when its turn comes: one at a time is in memory. The
 * same bytes as `writeSafetensors` gives.
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

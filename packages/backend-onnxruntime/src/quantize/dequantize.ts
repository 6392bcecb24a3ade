import { operation, type Operation } from "../record/operation.ts";

/**
 * The values of a quantized matrix: (byte − 128) · scale. Products and lookups in compiled graphs use the bytes instead.
 */
export const dequantize: Operation<{ readonly axis: number }> = operation(
  "Dequantize",
  (graph, [bytes, scales], [y], { attributes: { axis }, inputTypes: [, type] }) => {
    const zeros = graph.bytes(new Uint8Array(type!.size).fill(128), type!.shape);
    graph.op("DequantizeLinear", [bytes!, scales!, zeros], { axis }, y);
  },
);

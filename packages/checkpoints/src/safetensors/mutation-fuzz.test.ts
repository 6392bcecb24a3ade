import { Rng } from "@bertkit/nn";
import { expect, test } from "vitest";
import { CheckpointError } from "../checkpoint-error.ts";
import { bytesSource } from "../random-access.ts";
import { openSafetensors } from "./open-safetensors.ts";
import { readSafetensors } from "./read-safetensors.ts";
import { writeSafetensors } from "./write-safetensors.ts";

const original = writeSafetensors([
  { name: "embeddings.word", shape: [4, 3], data: Float32Array.from({ length: 12 }, (_, i) => i) },
  { name: "half", shape: [5], data: new Float32Array(5), type: "BF16" },
  { name: "ids", shape: [2, 2], data: Int32Array.of(1, 2, 3, 4) },
  { name: "flag", shape: [1], data: Uint8Array.of(1), type: "BOOL" },
]);
const headerEnd = 8 + Number(new DataView(original.buffer).getBigUint64(0, true));

function damage(rng: Rng): Uint8Array {
  let bytes = original.slice();
  for (let edits = rng.integer(1, 4); edits > 0; edits--) {
    const at = rng.integer(0, headerEnd - 1);
    switch (rng.integer(0, 5)) {
      case 0:
        bytes[at] = rng.integer(0, 255);
        break;
      case 1:
        bytes[at]! ^= 1 << rng.integer(0, 7);
        break;
      case 2:
        bytes[at] = '0123456789[]{},:"-.e'.charCodeAt(rng.integer(0, 19));
        break;
      case 3:
        bytes = bytes.slice(0, rng.integer(0, bytes.length));
        break;
      case 4:
        bytes = Uint8Array.of(...bytes, ...bytes.subarray(0, rng.integer(0, 40)));
        break;
      default:
        bytes.copyWithin(at, rng.integer(0, headerEnd - 1), rng.integer(0, headerEnd));
    }
    if (bytes.length === 0) break;
  }
  return bytes;
}

test("20,000 damaged files are refused with a CheckpointError or read consistently", async () => {
  const rng = new Rng(7);
  let refused = 0;
  for (let round = 0; round < 20_000; round++) {
    const bytes = damage(rng);
    let outcome: string;
    try {
      for (const { name, shape, data } of readSafetensors(bytes).tensors.values()) {
        expect(data.length, name).toBe(shape.reduce((product, length) => product * length, 1));
        expect(data.length).toBeLessThanOrEqual(bytes.length);
      }
      outcome = "read";
    } catch (error) {
      if (!CheckpointError.isInstance(error)) throw error;
      outcome = error.message;
      refused++;
    }
    if (round % 20 === 0)
      expect(
        await openSafetensors(bytesSource(bytes)).then(
          () => "read",
          (error: Error) => error.message,
        ),
      ).toBe(outcome);
  }
  expect(refused).toBeGreaterThan(10_000);
  expect(refused).toBeLessThan(20_000);
});

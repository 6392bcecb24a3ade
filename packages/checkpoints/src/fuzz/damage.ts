import type { RandomSource } from "@bertkit/nn";

const telling = [0, 1, 0x7f, 0x80, 0xff, ...Buffer.from('0123456789[]{},:"-.e(tRQc')];

/** A copy with one to four edits: bits, bytes, special bytes, wide numbers, cuts, repeats and moves. */
export function damage(original: Uint8Array, rng: Pick<RandomSource, "integer">): Uint8Array {
  let bytes: Uint8Array = original.slice();
  for (let edits = rng.integer(1, 4); edits > 0 && bytes.length > 0; edits--) {
    const at = rng.integer(0, bytes.length - 1);
    switch (rng.integer(0, 7)) {
      case 0:
        bytes[at] = rng.integer(0, 255);
        break;
      case 1:
        bytes[at]! ^= 1 << rng.integer(0, 7);
        break;
      case 2:
      case 3:
        bytes[at] = telling[rng.integer(0, telling.length - 1)]!;
        break;
      case 4:
        bytes.fill(rng.integer(0, 1) * 255, at, at + rng.integer(1, 8));
        break;
      case 5:
        bytes = bytes.slice(0, at);
        break;
      case 6:
        bytes = Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at - rng.integer(0, Math.min(at, 40))));
        break;
      default:
        bytes.copyWithin(at, rng.integer(0, bytes.length - 1), rng.integer(0, bytes.length));
    }
  }
  return bytes;
}

import type { TensorSource } from "@bertkit/checkpoints";

/**
 * A checksum of 32 bits, in hexadecimal, of the names, shapes and values of all tensors, in any order. Reads one tensor at
 * a time.
 */
export async function weightsFingerprint(weights: TensorSource): Promise<string> {
  let sum = 0;
  for (const { name, type, shape } of [...weights.entries.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    sum = added(sum, new TextEncoder().encode(JSON.stringify([name, type, shape])));
    const { buffer, byteOffset, byteLength } = (await weights.tensor(name)).data;
    sum = added(sum, new Uint8Array(buffer, byteOffset, byteLength));
  }
  return (sum >>> 0).toString(16).padStart(8, "0");
}

/** Word by word; a file's bytes may start anywhere, and end within a word. */
function added(sum: number, bytes: Uint8Array): number {
  const whole = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words = new Int32Array(whole.buffer, whole.byteOffset, whole.length >> 2);
  for (let i = 0; i < words.length; i++) sum = Math.imul(((sum << 5) | (sum >>> 27)) ^ words[i]!, 0x01000193);
  for (const byte of bytes.subarray(4 * words.length)) sum = Math.imul(((sum << 5) | (sum >>> 27)) ^ byte, 0x01000193);
  return sum;
}

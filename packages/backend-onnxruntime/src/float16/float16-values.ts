/** The largest finite number of float16. */
export const largestFloat16 = 65_504;

/** From 65,520 on, float32 numbers round to infinity: their bits. */
const firstTooLarge = 0x477f_f000;
/** 2⁻¹⁴, the smallest normal number of float16. */
const smallestNormal = 0x3880_0000;
const half = 0x3f00_0000;

const scratch: Float32Array = new Float32Array(1);
const scratchBits: Uint32Array = new Uint32Array(scratch.buffer);

/**
 * The numbers rounded to the nearest float16, ties to even, as their bits; undefined if one is too large, infinite or
 * NaN. Smaller numbers than 6.1e-5 have fewer digits, and those below 3e-8 become zero.
 */
export function float16Bits(values: Float32Array): Uint16Array | undefined {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const rounded = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) {
    const magnitude = bits[i]! & 0x7fff_ffff;
    if (magnitude >= firstTooLarge) return undefined;
    rounded[i] = ((bits[i]! >>> 16) & 0x8000) | (magnitude < smallestNormal ? tiny(magnitude) : normal(magnitude));
  }
  return rounded;
}

/** Moves the exponent's bias from 127 to 15, and rounds 23 digits to 10. */
function normal(magnitude: number): number {
  return (magnitude - 0x3800_0000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
}

/** In units of 2⁻²⁴, the distance between float32 numbers from 0.5 on: so their sum rounds correctly. */
function tiny(magnitude: number): number {
  scratchBits[0] = magnitude;
  scratch[0] = scratch[0]! + 0.5;
  return scratchBits[0] - half;
}

/** The numbers of float16 bits. */
export function float16Numbers(bits: Uint16Array): Float32Array {
  const numbers = new Float32Array(bits.length);
  const numberBits = new Uint32Array(numbers.buffer);
  for (let i = 0; i < bits.length; i++) {
    const sign = (bits[i]! & 0x8000) << 16;
    const [exponent, digits] = [(bits[i]! >>> 10) & 31, bits[i]! & 0x3ff];
    if (exponent === 0) {
      numbers[i] = digits * 2 ** -24;
      numberBits[i]! |= sign;
    } else numberBits[i] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (digits << 13);
  }
  return numbers;
}

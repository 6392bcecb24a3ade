import type { Random } from "../iterables/random-integer.ts";

/**
 * Numbers in [0, 1) that depend only on a seed and the index of a pass: sfc32 (from PractRand, 128 bits of state),
 * without its first twelve numbers, as its author recommends.
 */
export function seededRandom(seed: number, epoch: number): Random {
  let a = seed >>> 0;
  let b = Math.floor(seed / 2 ** 32) ^ (Math.floor(epoch / 2 ** 32) << 16);
  let c = epoch >>> 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

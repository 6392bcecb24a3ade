/** The maximum of PyTorch and NumPy. */
export const maxAxes = 64;

/**
 * Number of elements of a shape; undefined if it, or a partial product, exceeds 2^53, or if there are more than 64
 * axes.
 */
export function elementCount(shape: readonly number[]): number | undefined {
  if (shape.length > maxAxes) return undefined;
  let count = 1;
  for (const length of shape) {
    count *= length;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return count;
}

/** As many as PyTorch and NumPy allow. */
export const mostAxes = 64;

/** How many elements a shape has; undefined where that, or the product on the way to it, is beyond 2^53, or the axes are more than 64. */
export function elementCount(shape: readonly number[]): number | undefined {
  if (shape.length > mostAxes) return undefined;
  let count = 1;
  for (const length of shape) {
    count *= length;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return count;
}

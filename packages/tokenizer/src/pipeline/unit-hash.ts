/** A word's hash before its first unit. */
export const startHash: number = 0x811c9dc5 | 0;

/** The hash with one more UTF-16 unit (FNV-1a). */
export function extendHash(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

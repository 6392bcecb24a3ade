/** The hash of the empty word. */
export const startHash: number = 0x811c9dc5 | 0;

/** Adds a UTF-16 unit to a hash (FNV-1a). */
export function extendHash(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

/** Copies text[start, start + length) into `units` and returns its hash. */
export function readUnits(text: string, start: number, length: number, units: Uint16Array): number {
  let hash = startHash;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(start + i);
    units[i] = unit;
    hash = extendHash(hash, unit);
  }
  return hash;
}

/** The slot of a hash, of 16,384. */
export function hashPlace(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> 18;
}

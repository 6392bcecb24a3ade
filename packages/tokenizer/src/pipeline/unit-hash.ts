/** A word's hash before its first unit. */
export const startHash: number = 0x811c9dc5 | 0;

/** The hash with one more UTF-16 unit (FNV-1a). */
export function extendHash(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

/** Reads text[start, start + length) into units, and hashes it. */
export function readUnits(text: string, start: number, length: number, units: Uint16Array): number {
  let hash = startHash;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(start + i);
    units[i] = unit;
    hash = extendHash(hash, unit);
  }
  return hash;
}

/** Which of 16,384 places a hash has. */
export function hashPlace(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> 18;
}

/** Number of code points in units[0, length). */
export function codePoints(units: Uint16Array, length: number): number {
  let count = length;
  for (let i = 1; i < length; i++) if ((units[i]! & 0xfc00) === 0xdc00) count--;
  return count;
}

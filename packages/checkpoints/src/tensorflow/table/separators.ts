// Shortened index keys, as in LevelDB's bytewise comparator, so that our files equal TensorFlow's.

/** The shortest key with a ≤ key < b. */
export function shortestSeparator(a: Uint8Array, b: Uint8Array): Uint8Array {
  let shared = 0;
  while (shared < Math.min(a.length, b.length) && a[shared] === b[shared]) shared++;
  const [next, limit] = [a[shared], b[shared]];
  if (next === undefined || limit === undefined || next === 255 || next + 1 >= limit) return a;
  return incremented(a, shared);
}

/** The shortest key with a ≤ key. */
export function shortSuccessor(a: Uint8Array): Uint8Array {
  const at = a.findIndex((byte) => byte !== 255);
  return at < 0 ? a : incremented(a, at);
}

function incremented(key: Uint8Array, at: number): Uint8Array {
  const short = key.slice(0, at + 1);
  short[at]!++;
  return short;
}

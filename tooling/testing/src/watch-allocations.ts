type Constructor = new (...args: unknown[]) => ArrayBufferView;

const watched = [
  "Uint8Array",
  "Int8Array",
  "Uint16Array",
  "Int16Array",
  "Uint32Array",
  "Int32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
] as const;

/** Runs something, and throws if it allocates an array beyond the limit. */
export async function watchAllocations(limit: number, run: () => Promise<void>): Promise<void> {
  const scope = globalThis as unknown as Record<string, Constructor>;
  const originals = watched.map((name) => [name, scope[name]!] as const);
  for (const [name, original] of originals) {
    const width = (original as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
    scope[name] = new Proxy(original, {
      construct(target, args: unknown[], newTarget) {
        if (typeof args[0] === "number" && args[0] * width > limit)
          throw new Error(`an array of ${args[0] * width} bytes is allocated; ${limit} are allowed`);
        return Reflect.construct(target, args, newTarget) as object;
      },
    });
  }
  try {
    await run();
  } finally {
    for (const [name, original] of originals) scope[name] = original;
  }
}

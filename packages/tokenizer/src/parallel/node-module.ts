/**
 * A module of Node's own (or Bun's or Deno's), undefined in a browser. Not by `import()`, so that the published files run
 * in pages as they are and no bundler looks for it.
 */
export function nodeModule<Module>(name: `node:${string}`): Module | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name) as Module | undefined;
}

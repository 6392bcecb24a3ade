/**
 * A built-in module of Node (or Bun or Deno), undefined in a browser. Not with `import()`, so that the published files
 * run in pages unchanged and no bundler resolves it.
 */
export function nodeModule<Module>(name: `node:${string}`): Module | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name) as Module | undefined;
}

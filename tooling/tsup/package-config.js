/**
 * The one build recipe: every published package is ESM with declarations, tfjs left outside, and so are the package's own
 * `#` imports: their conditions are for whoever runs or bundles it.
 */
export function packageConfig({ entry = { index: "src/index.ts" }, platform = [], ...options } = {}) {
  // Files that `imports` chooses between by condition. No declaration mentions them.
  const chosen = platform.flatMap((name) => [`${name}.node`, `${name}.web`]);
  return {
    entry: { ...entry, ...Object.fromEntries(chosen.map((name) => [name, `src/platform/${name}.ts`])) },
    format: "esm",
    target: "es2022",
    platform: "neutral",
    dts: { entry, compilerOptions: { ignoreDeprecations: "6.0" } },
    sourcemap: true,
    clean: true,
    treeshake: true,
    external: [/^node:/, /^#/],
    ...options,
  };
}

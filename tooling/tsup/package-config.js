/** The one build recipe: every published package is ESM with declarations, tfjs left outside. */
export function packageConfig(options = {}) {
  return {
    entry: { index: "src/index.ts" },
    format: "esm",
    target: "es2022",
    platform: "neutral",
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
    sourcemap: true,
    clean: true,
    treeshake: true,
    external: [/^node:/],
    ...options,
  };
}

import { commonJsPackages } from "./commonjs-packages.js";

/**
 * The build configuration of all published packages: ESM with declarations. TensorFlow.js and the package's own `#` imports
 * are external: the user's runtime or bundler resolves their conditions.
 */
export function packageConfig({ entry = { index: "src/index.ts" }, platform = [], ...options } = {}) {
  // The files that `imports` selects by condition. Declarations do not mention them.
  const chosen = platform.flatMap((name) => [`${name}.node`, `${name}.web`]);
  return {
    entry: { ...entry, ...Object.fromEntries(chosen.map((name) => [name, `src/platform/${name}.ts`])) },
    format: "esm",
    target: "es2022",
    platform: "neutral",
    dts: { entry, resolve: ["@bertkit/checks", "@bertkit/shaders"], compilerOptions: { ignoreDeprecations: "6.0" } },
    sourcemap: true,
    clean: true,
    treeshake: true,
    external: [/^node:/, /^#/],
    plugins: [commonJsPackages()],
    ...options,
  };
}

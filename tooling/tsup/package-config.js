import { fileURLToPath } from "node:url";
import { commonJsPackages } from "./commonjs-packages.js";

/** Packages that are not published: their types are written into the declarations, which must not import them. */
const insideDeclarations = Object.fromEntries(
  ["checks", "shaders"].map((name) => [
    `@bertkit/${name}`,
    [fileURLToPath(new URL(`../${name}/src/index.ts`, import.meta.url))],
  ]),
);

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
    dts: { entry, compilerOptions: { ignoreDeprecations: "6.0", paths: insideDeclarations } },
    sourcemap: true,
    clean: true,
    treeshake: true,
    external: [/^node:/, /^#/],
    plugins: [commonJsPackages()],
    ...options,
  };
}

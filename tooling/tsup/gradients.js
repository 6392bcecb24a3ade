import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";

/** Internal modules of tfjs-core with these members of its namespace. */
const namespaces = {
  util: "util",
  "ops/broadcast_util": "broadcast_util",
  "ops/axis_util": "backend_util",
  "ops/conv_util": "backend_util",
  "ops/slice_util": "slice_util",
  "ops/selu_util": "backend_util",
};

/** Internal modules with state: what of them the gradients use. */
const stateful = {
  engine: `import { engine } from "@tensorflow/tfjs-core"; export const ENGINE = engine();`,
  environment: `export { env } from "@tensorflow/tfjs-core";`,
  tensor: `import { Tensor } from "@tensorflow/tfjs-core"; export { Tensor }; export const getGlobalTensorClass = () => Tensor;`,
};

/**
 * Bundles `file`'s import of the union package as tfjs-core's gradients alone, which Node cannot import: they are ES
 * modules without extensions. They use the user's tfjs-core for all that it exports; the rest, such as the kernels of a
 * convolution's gradient, is bundled with them.
 */
export function gradients() {
  const require = createRequire(join(process.cwd(), "package.json"));
  const name = "@tensorflow/tfjs-core"; // the building package's
  const core = dirname(require.resolve(name));
  const tf = require(name);
  return {
    name: "gradients",
    setup(build) {
      build.onResolve({ filter: /^@tensorflow\/tfjs$/ }, () => ({ path: join(core, "register_all_gradients.js") }));
      build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
        const name = relative(core, resolve(resolveDir, path)).replaceAll("\\", "/").replace(/\.js$/, "");
        return /^(\.\.|gradients\/)/.test(name) ? undefined : { path: name, namespace: "tfjs-core" };
      });
      build.onLoad({ filter: /.*/, namespace: "tfjs-core" }, ({ path }) => {
        const resolveDir = join(core, dirname(path));
        const namespace = namespaces[path];
        if (namespace !== undefined) {
          const contents = `import { ${namespace} } from "@tensorflow/tfjs-core"; export const { ${Object.keys(tf[namespace]).join(", ")} } = ${namespace};`;
          return { contents, resolveDir };
        }
        if (path === "base") return { contents: `export { ${Object.keys(tf).join(", ")} } from "@tensorflow/tfjs-core";`, resolveDir }; // prettier-ignore
        if (stateful[path] !== undefined) return { contents: stateful[path], resolveDir };
        const source = readFileSync(join(core, `${path}.js`), "utf8");
        const names = [...source.matchAll(/^export (?:const|function|class|var|let) (\w+)/gm)].map(([, name]) => name);
        names.push(...[...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, list]) => list.split(",").map((name) => name.trim().split(" ").at(-1)))); // prettier-ignore
        const exported = names.length > 0 && names.every((name) => name in tf);
        return { contents: exported ? `export { ${names.join(", ")} } from "@tensorflow/tfjs-core";` : source, resolveDir }; // prettier-ignore
      });
    },
  };
}

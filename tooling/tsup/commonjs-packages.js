import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * TensorFlow.js in Node is CommonJS in one file of a megabyte. An import by an ES module makes Node search that file for
 * the names of its exports, which takes several times as long as running it. So the package's imports of
 * `@tensorflow/NAME` become those of `#NAME`, for each that `publishConfig.imports` has: in Node a file that requires the
 * same module, and in bundlers, which cannot see that, `@tensorflow/NAME` itself.
 */
export function commonJsPackages() {
  const { publishConfig } = JSON.parse(readFileSync("package.json", "utf8"));
  const names = Object.entries(publishConfig.imports ?? {}).flatMap(([name, { default: target }]) =>
    target === `@tensorflow/${name.slice(1)}` ? [name.slice(1)] : [],
  );
  const imported = new RegExp(`(\\bfrom\\s*)(["'])@tensorflow/(${names.join("|")})\\2`, "g");
  return {
    name: "commonjs-packages",
    renderChunk(code, { map }) {
      return { code: code.replace(imported, "$1$2#$3$2"), map };
    },
    buildEnd() {
      const require = createRequire(join(process.cwd(), "package.json"));
      for (const name of names) {
        const exported = Object.keys(require(`@tensorflow/${name}`)).filter(
          (key) => !/^(__esModule|default)$/.test(key),
        );
        writeFileSync(
          join("dist", `${name}.node.js`),
          `import { createRequire } from "node:module";\nexport const {\n  ${exported.join(",\n  ")},\n} = createRequire(import.meta.url)("@tensorflow/${name}");\n`,
        );
      }
    },
  };
}

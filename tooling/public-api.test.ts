import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { publicPackages } from "./testing/src/packages.ts";

const entryPoints = publicPackages.flatMap(({ path, manifest }) =>
  Object.entries(manifest.exports)
    .filter(([, target]) => target.endsWith(".ts"))
    .map(([name, target]) => ({
      entryPoint: manifest.name + name.slice(1),
      file: pathToFileURL(join(path, target)).href,
    })),
);

describe("what each package exports", () => {
  test.each(entryPoints)("$entryPoint", async ({ file }) => {
    const names = Object.keys((await import(file)) as object);
    expect(names).not.toContain("default");
    expect(names.toSorted()).toMatchSnapshot();
  });
});

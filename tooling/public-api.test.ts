import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { publicPackages } from "./testing/src/packages.ts";

const doors = publicPackages.flatMap(({ path, manifest }) =>
  Object.entries(manifest.exports)
    .filter(([, target]) => target.endsWith(".ts"))
    .map(([name, target]) => ({ door: manifest.name + name.slice(1), file: pathToFileURL(join(path, target)).href })),
);

describe("what each package exports", () => {
  test.each(doors)("$door", async ({ file }) => {
    const names = Object.keys((await import(file)) as object);
    expect(names).not.toContain("default");
    expect(names.toSorted()).toMatchSnapshot();
  });
});

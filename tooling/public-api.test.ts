import { readdirSync, readFileSync } from "node:fs";
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

/** What a declaration imports, without the part of a package that it names. */
const importsOf = (file: string): string[] =>
  [...readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*["']((?:@[^/"']+\/)?[^./"'][^/"']*)/g)].map(
    (match) => match[1]!,
  );

describe("the built declarations of each package import what an installation has", () => {
  test.each(publicPackages)("$manifest.name", ({ path, manifest }) => {
    const dist = join(path, "dist");
    const files = readdirSync(dist).flatMap((name) => (name.endsWith(".d.ts") ? [join(dist, name)] : []));
    expect(files).not.toEqual([]);
    const installed = [manifest.name, ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })];
    const imported = new Set(files.flatMap(importsOf).filter((name) => !name.startsWith("node:")));
    expect([...imported].filter((name) => !installed.includes(name))).toEqual([]);
  });
});

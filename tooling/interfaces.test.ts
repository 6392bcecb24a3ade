// Fields of exported interfaces are readonly: nobody needs to ask whether an option or a result may be changed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const packagesFolder = fileURLToPath(new URL("../packages", import.meta.url));
const packages = readdirSync(packagesFolder);

it.each(packages)("%s has readonly fields in public interfaces, and precise error classes", (name) => {
  const folder = join(packagesFolder, name, "src");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !/\.test(-d)?\.ts$/.test(file),
  );
  const names = publicNames(
    files
      .filter((file) => /(?:^|\/)(?:index|node)\.ts$/.test(file))
      .map((file) => readFileSync(join(folder, file), "utf8")),
  );
  const found = files.flatMap((file) => {
    const source = readFileSync(join(folder, file), "utf8");
    return [...mutableFields(source, names), ...plainErrors(source)].map((line) => `${file}: ${line}`);
  });
  expect(files.length).toBeGreaterThan(0);
  expect(found).toEqual([]);
});

it("finds mutable fields of public interfaces", () => {
  const source =
    "export interface A {\n  readonly a: 1;\n  b?: 2;\n  c(): void;\n}\nexport interface B {\n  d: 1;\n}\n";
  expect(mutableFields(source, new Set(["A"]))).toEqual(["b?: 2;"]);
});

it("finds plain errors about a value", () => {
  expect(plainErrors("throw new Error(`f: x must be 1, got ${x}.`);")).toHaveLength(1);
  expect(plainErrors("throw new RangeError(`f: x must be 1, got ${x}.`); throw new Error(`no file`);")).toEqual([]);
});

/** Names in the entry points of a package. */
function publicNames(entryPoints: readonly string[]): Set<string> {
  return new Set(entryPoints.flatMap((source) => source.match(/\w+/g) ?? []));
}

function mutableFields(source: string, names: ReadonlySet<string>): string[] {
  const interfaces = source.matchAll(/^export interface (\w+)[^{]*\{\n([^}][^]*?)^\}/gm);
  return Array.from(interfaces).flatMap(([, name, body]) =>
    names.has(name!) ? (body!.match(/^ {2}(?!readonly )[A-Za-z]\w*\??: .*/gm) ?? []).map((line) => line.trim()) : [],
  );
}

/** A value out of range is a RangeError, one of a wrong type a TypeError. */
function plainErrors(source: string): string[] {
  return source.match(/new Error\(\s*["'`][^"'`]* must (?:be|have|not) .*/g) ?? [];
}

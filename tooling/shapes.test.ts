// Shapes in comments have words, [batch, tokens, size], so that a reader does not need to look up letters.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const letters = /^(.* )?[dehkmnprtBCDHLNTV]( .*)?$/;

const packagesFolder = fileURLToPath(new URL("../packages", import.meta.url));

it.each(readdirSync(packagesFolder))("%s writes shapes in words", (name) => {
  const folder = join(packagesFolder, name, "src");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !/\.test(-d)?\.ts$/.test(file),
  );
  const found = files.flatMap((file) =>
    comments(readFileSync(join(folder, file), "utf8"))
      .flatMap((comment) => lettered(comment))
      .map((shape) => `${file}: ${shape}`),
  );
  expect(files.length).toBeGreaterThan(0);
  expect(found).toEqual([]);
});

it("finds letters", () => {
  expect(lettered("float32 [b, n, h] to [b · n, 2], not [batch, 2] or m[i, j]")).toEqual(["[b, n, h]", "[b · n, 2]"]);
});

/** The lists in brackets of a text that consist of names and numbers, with a letter in place of a name. */
function lettered(text: string): string[] {
  const lists = text.match(/(?<![\w\])])\[[\w ·+,]+\]/g) ?? [];
  return lists.filter((list) => {
    const items = list.slice(1, -1).split(",");
    return list === "[b]" || items.some((item) => letters.test(item.trim()));
  });
}

/** The comments of a source, line by line. */
function comments(source: string): string[] {
  let isBlock = false;
  return source.split("\n").flatMap((line) => {
    const starts = isBlock || line.trimStart().startsWith("/*");
    isBlock = starts && !line.includes("*/");
    if (starts) return [line];
    const at = line.indexOf("// ");
    return at < 0 ? [] : [line.slice(at)];
  });
}

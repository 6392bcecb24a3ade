import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { UsageError } from "./options.ts";
import { readOwnText } from "./own-text.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bertkit-own-text-"));
});
afterAll(() => rm(folder, { recursive: true }));

const sentence = (i: number) => `Sentence number ${i} of this text has ten words or more.`;
const paragraphs = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => sentence(from + i) + ((from + i) % 5 === 4 ? "\n\n" : " ")).join("");

describe("readOwnText", () => {
  it("reads .txt and .md files of folders, cuts long ones, and holds the last tenth out", async () => {
    const inside = join(folder, "text", "deeper");
    await mkdir(inside, { recursive: true });
    await writeFile(join(folder, "text", "a.txt"), paragraphs(0, 450));
    await writeFile(
      join(inside, "b.MD"),
      `# A heading\n\n${paragraphs(450, 149)}\n\`\`\`\ncode is left out. Really.\n\`\`\`\n`,
    );
    await writeFile(join(folder, "text", "c.html"), "Not read. Never.");
    for (const leftOut of [".git", "node_modules"]) {
      await mkdir(join(folder, "text", leftOut));
      await writeFile(join(folder, "text", leftOut, "d.txt"), "Not read. Never.");
    }
    const corpus = await readOwnText([join(folder, "text")]);
    expect(corpus).toMatchObject({ name: "documents of 2 files", documents: 4 });
    expect(corpus.training.map(({ length }) => length)).toEqual([200, 200, 50, 90]);
    expect(corpus.heldOut.map(({ length }) => length)).toEqual([60]);
    const all = [...corpus.training, ...corpus.heldOut].flat();
    expect(all[0]).toBe(sentence(0));
    expect(all[450]).toBe("A heading");
    expect(all.at(-1)).toBe(sentence(598));
    expect(all.join()).not.toMatch(/code|Never/);
    expect(corpus.toFill).toHaveLength(5);
    for (const { sentence, answer } of corpus.toFill) {
      expect(sentence.match(/\[MASK\]/g)).toHaveLength(1);
      expect(corpus.heldOut.flat()).toContain(sentence.replace("[MASK]", answer!));
    }
  });

  it("reads blank lines and markers of Markdown in a time linear in their number", async () => {
    const file = join(folder, "blank.md");
    await writeFile(
      file,
      `${paragraphs(0, 500)}\n${"\n".repeat(100_000)}  # Near\nthe end\r${"\r".repeat(100_000)}\n- One item\n\n${paragraphs(500, 100)}`,
    );
    const started = performance.now();
    const { training, heldOut } = await readOwnText([file]);
    expect(performance.now() - started).toBeLessThan(5000);
    const all = [...training, ...heldOut].flat();
    expect(all.slice(500, 503)).toEqual(["Near", "the end", "One item"]);
    expect(all).toHaveLength(603);
  });

  it("reads the named files in their order", async () => {
    await writeFile(join(folder, "one.txt"), paragraphs(0, 400));
    await writeFile(join(folder, "two.txt"), paragraphs(400, 200));
    const { training } = await readOwnText([join(folder, "two.txt"), join(folder, "one.txt")]);
    expect(training[0]![0]).toBe(sentence(400));
    expect(training[1]![0]).toBe(sentence(0));
  });

  it("rejects unsuitable paths and texts", async () => {
    const file = (name: string) => join(folder, name);
    await writeFile(file("short.txt"), "Too short. Really.");
    await writeFile(file("bytes.txt"), Uint8Array.of(72, 0xff, 0xfe, 72));
    await writeFile(file("page.html"), "<p>Hello.</p>");
    await mkdir(file("empty"));
    for (const [path, message] of [
      ["short.txt", /1 file has 2 sentences and 3 words, too little to pretrain on/],
      ["bytes.txt", /bytes\.txt cannot be read: it is not UTF-8 text/],
      ["page.html", /page\.html is not a \.txt or \.md file/],
      ["empty", /there is no \.txt or \.md file in .*empty/],
      ["missing.txt", /there is no file or folder .*missing\.txt/],
    ] as const) {
      const reading = readOwnText([file(path)]);
      await expect(reading, path).rejects.toThrow(UsageError);
      await expect(reading, path).rejects.toThrow(message);
    }
  });
});

import { execFile } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeTfExample } from "../formats/encode-tf-example.ts";
import { tfrecord } from "../formats/write-tfrecord.ts";
import { readDocuments } from "../readers/read-documents.ts";
import { longestDocument } from "./text-documents.ts";
import { readCorpus, type CorpusOptions } from "./corpus.ts";

let directory: string;
const path = (name: string): string => join(directory, name);
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "bertkit-corpus-"));
  await mkdir(path("folder/data"), { recursive: true });
  await writeFile(path("folder/README.md"), "no text");
  await writeFile(path("folder/dataset_info.json"), "{}");
  await writeFile(path("folder/a.txt"), "one.\ntwo.\n\nthree.\n");
  await writeFile(path("folder/b.txt.gz"), gzipSync("four.\n\nfive.\nsix.\n"));
  const rows = ["Seven is here. Eight is there.", "", "Nine.\n\nTen."];
  await writeFile(path("folder/c.jsonl"), `${rows.map((text) => JSON.stringify({ text })).join("\n")}\n`);
  const columns = [
    { name: "id", data: [1, 2, 3], type: "INT32" as const },
    { name: "text", data: ["Eleven.", null, "Twelve is here. Thirteen is there."], type: "STRING" as const },
  ];
  const buffer = parquetWriteBuffer({ columnData: columns, rowGroupSize: 2 });
  await writeFile(path("folder/data/train-00000-of-00001.parquet"), new Uint8Array(buffer));
});
afterAll(() => rm(directory, { recursive: true }));

/** All documents by groups of parts, in the order of the files. */
async function byGroups(source: string, options: CorpusOptions, groupBytes: number): Promise<string[][]> {
  const corpus = await readCorpus(source, options);
  const documents: string[][] = [];
  for (const group of corpus.groups({ groupBytes }))
    for await (const block of corpus.blocks(group, 5)) documents.push(...block);
  return documents;
}

describe("readCorpus", () => {
  it("reads a paragraph of any number of sentences", async () => {
    const lines = "Hi.\n".repeat(250_000);
    const documents = await (await readCorpus(lines, { layout: "prose" })).documents().toArray();
    expect(documents.flat().length).toBe(250_000);
  });

  it.each(["utf-8", "UTF8", "windows-1252", "utf-16le"])(
    "reads each line of a larger file once in %s",
    async (encoding) => {
      const lines = Array.from({ length: 3000 }, (_, i) => `line ${i}: café`);
      const text = lines.join("\n\n");
      const bytes = { "windows-1252": "latin1", "utf-16le": "utf16le" } as const;
      for (const name of ["larger.txt", "larger.jsonl"]) {
        const rows = lines.map((line) => JSON.stringify({ text: line })).join("\n");
        const content = name.endsWith(".txt") ? text : rows;
        await writeFile(path(name), content, bytes[encoding as keyof typeof bytes] ?? "utf8");
        const corpus = await readCorpus(path(name), { encoding, partBytes: 1 << 12 });
        if (/^utf-?8$/i.test(encoding)) expect(corpus.parts.length).toBeGreaterThan(5);
        expect(await corpus.documents().toArray()).toEqual(lines.map((line) => [line]));
        expect(await byGroups(path(name), { encoding, partBytes: 1 << 12 }, 1 << 13)).toHaveLength(3000);
      }
    },
  );

  it.each(["le", "be"])(
    "names the cure for UTF-16%s with a byte-order mark, which other encodings reject",
    async (order) => {
      const utf16 = Buffer.from("\ufeffone.\ntwo.\n", "utf16le");
      const file = path(`utf16${order}.txt`);
      await writeFile(file, order === "le" ? utf16 : utf16.swap16());
      const encoding = `utf-16${order}`;
      const cure = `byte-order mark of ${encoding}. Pass { encoding: "${encoding}" }, or save it as UTF-8`;
      await expect((await readCorpus(file)).documents().toArray()).rejects.toThrow(cure);
      await expect((await readCorpus(file, { encoding: "windows-1252" })).documents().toArray()).rejects.toThrow(cure);
      expect(await (await readCorpus(file, { encoding })).documents().toArray()).toEqual([["one.", "two."]]);
    },
  );

  it("reads every kind of file of a folder, by path", async () => {
    const corpus = await readCorpus(path("folder"));
    expect(corpus.files.map(({ name }) => name.slice(directory.length + 8))).toEqual([
      "a.txt",
      "b.txt.gz",
      "c.jsonl",
      "data/train-00000-of-00001.parquet",
    ]);
    expect(await corpus.documents().toArray()).toEqual([
      ["one.", "two."],
      ["three."],
      ["four."],
      ["five.", "six."],
      ["Seven is here.", "Eight is there."],
      ["Nine.", "Ten."],
      ["Eleven."],
      ["Twelve is here.", "Thirteen is there."],
    ]);
    expect((await readCorpus(path("folder"), { split: "train" })).files).toHaveLength(1);
    await expect(readCorpus(path("folder"), { split: "test" })).rejects.toThrow(/no file's path has the word "test"/);
  });

  it("reads Markdown of a folder as text, except for a README", async () => {
    await mkdir(path("notes/deep"), { recursive: true });
    await writeFile(path("notes/README.md"), "about it");
    await expect(readCorpus(path("notes"))).rejects.toThrow(
      /there is no \.txt, \.md, \.jsonl, \.parquet or \.tfrecord file in it, besides files about it, such as a README/,
    );
    await writeFile(path("notes/a.txt"), "one.\n");
    await writeFile(path("notes/b.md"), "two.\n");
    await writeFile(path("notes/deep/c.markdown.gz"), gzipSync("three.\n"));
    expect(await (await readCorpus(path("notes"))).documents().toArray()).toEqual([["one."], ["two."], ["three."]]);
    expect(await (await readCorpus(path("notes/README.md"))).documents().toArray()).toEqual([["about it"]]);
  });

  it("returns each document of a text file once, as Google's reader does, wherever parts begin", async () => {
    const line = fc.constantFrom("", " ", "\t\r", "a", "bé b", "c\r", "\u00a0d", "日本", "e e e e e e e e e");
    let number = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.boolean(),
        fc.integer({ min: 1, max: 30 }),
        async (lines, ends, partBytes) => {
          const text = lines.join("\n") + (ends ? "\n" : "");
          const file = path(`cut-${number++}.txt`);
          await writeFile(file, text);
          const expected = await readDocuments([text]).toArray();
          expect(await byGroups(file, { partBytes }, 1)).toEqual(expected);
          expect(await byGroups(file, { partBytes }, 1000)).toEqual(expected);
          const perLine = await byGroups(
            file,
            { partBytes, layout: "lines", sentences: (line) => (line.trim() ? [line.trim()] : []) },
            1,
          );
          expect(perLine).toEqual(expected.flat().map((sentence) => [sentence]));
          const prose = await byGroups(
            file,
            { partBytes, layout: "prose", sentences: (text) => (text ? [text] : []) },
            1,
          );
          expect(prose.flat()).toEqual(expected.map((document) => document.join(" ")));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("splits JSON Lines and Parquet into parts", async () => {
    for (const file of ["folder/c.jsonl", "folder/data"]) {
      const expected = await (await readCorpus(path(file))).documents().toArray();
      expect(await byGroups(path(file), { partBytes: 7 }, 1)).toEqual(expected);
    }
    expect((await readCorpus(path("folder/data"))).parts).toMatchObject([
      { start: 0, end: 2 },
      { start: 2, end: 3 },
    ]);
  });

  it.each([[[0, 4, 0, 0, 4, 4]], [[2, 0, 2, 1]]])(
    "reads each document once from Parquet row groups of %j rows",
    async (sizes) => {
      const texts = Array.from({ length: sizes.reduce((a, b) => a + b) }, (_, i) => `Text ${i}.`);
      const file = path("filtered.parquet");
      const columnData = [{ name: "text", data: texts, type: "STRING" as const }];
      await writeFile(file, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: sizes })));
      const expected = texts.map((text) => [text]);
      const corpus = await readCorpus(file);
      expect(await corpus.documents().toArray()).toEqual(expected);
      expect(await byGroups(file, {}, 1)).toEqual(expected);
      // A part of no rows, also one of a caller's own.
      expect(
        await corpus
          .withParts([{ file: 0, start: 0, end: 0, bytes: 0 }])
          .documents()
          .toArray(),
      ).toEqual([]);
    },
  );

  it("rejects TFRecord and Parquet whose text is not UTF-8", async () => {
    const texts = ["Grüße", "ok"].map((text) => Uint8Array.from(Buffer.from(text, "latin1")));
    await writeFile(path("latin.tfrecord"), Buffer.concat(texts.map((text) => tfrecord(encodeTfExample({ text: [text] }))))); // prettier-ignore
    const columnData = [{ name: "text", data: texts, type: "BYTE_ARRAY" as const }];
    await writeFile(path("latin.parquet"), new Uint8Array(parquetWriteBuffer({ columnData })));
    const read = async (name: string) => (await readCorpus(path(name))).documents().toArray();
    await expect(read("latin.tfrecord")).rejects.toThrow(
      /latin\.tfrecord: "text" of record 0 is not UTF-8 text\. Write it again as UTF-8/,
    );
    await expect(read("latin.parquet")).rejects.toThrow(
      /latin\.parquet: a column of strings has bytes that are not UTF-8: .* or set field/,
    );
    await writeFile(path("marked.tfrecord"), tfrecord(encodeTfExample({ text: ["\ufeffa"] })));
    expect(
      await (await readCorpus(path("marked.tfrecord"), { sentences: (text) => [text] })).documents().toArray(),
    ).toEqual([["\ufeffa"]]);
  });

  it("reads Parquet of a stream or a response, and its documents again", async () => {
    const expected = await (await readCorpus(path("folder/data"))).documents().toArray();
    const file = path("folder/data/train-00000-of-00001.parquet");
    for (const source of [createReadStream(file), new Response(await readFile(file))]) {
      const documents = (await readCorpus(source, { format: "parquet" })).documents();
      for (const _ of [0, 1]) expect(await documents.toArray()).toEqual(expected);
    }
  });

  it("does not read a stream twice", async () => {
    const corpus = await readCorpus(createReadStream(path("folder/a.txt")));
    expect(await corpus.documents().toArray()).toHaveLength(2);
    const spent = /the data can be read only once, and was\. Pass its path/;
    await expect(corpus.documents().toArray()).rejects.toThrow(spent);
    await expect(corpus.withParts(corpus.parts).documents().toArray()).rejects.toThrow(spent);
    const opened = (await readCorpus(() => createReadStream(path("folder/a.txt")))).documents();
    for (const _ of [0, 1]) expect(await opened.toArray()).toHaveLength(2);
  });

  it.skipIf(process.platform === "win32")("reads a pipe once, as one part", async () => {
    for (const name of ["pipe", "pipe.parquet"]) await promisify(execFile)("mkfifo", [path(name)]);
    const text = "one.\ntwo.\n\nthree.\n\n".repeat(100);
    const corpus = await readCorpus(path("pipe"), { partBytes: 100 });
    const [documents] = await Promise.all([corpus.documents().toArray(), writeFile(path("pipe"), text)]);
    expect(documents).toHaveLength(200);
    await expect(corpus.documents().toArray()).rejects.toThrow(/pipe: a pipe can be read only once, and was\. Save it/);
    await expect(readCorpus(path("pipe.parquet"))).rejects.toThrow(/Parquet cannot be read from a pipe\. Save it/);
  });

  it("rejects a file that became shorter since it was opened", async () => {
    const record = tfrecord(encodeTfExample({ text: ["One."] }));
    const cases: [string, CorpusOptions, string | Uint8Array, number][] = [
      ["shrunk.txt", { partBytes: 100 }, "one.\n".repeat(200), 500],
      ["shrunk.jsonl", { partBytes: 100 }, '{"text":"One."}\n'.repeat(200), 1600],
      ["shrunk-latin.txt", { encoding: "latin1" }, "one.\n".repeat(200), 500],
      ["shrunk.tfrecord", {}, Buffer.concat([record, record]), record.length],
    ];
    for (const [name, options, content, bytes] of cases) {
      await writeFile(path(name), content);
      const corpus = await readCorpus(path(name), options);
      await truncate(path(name), bytes);
      await expect(corpus.withParts(corpus.parts.slice(-1)).documents().toArray(), name).rejects.toThrow(
        `${name}: the file became shorter while it was read: it had ${content.length} bytes, and has ${bytes}. Wait`,
      );
    }
  });

  it("names the cure for text without a line end, for a JSON list and for a line that is not JSON", async () => {
    await expect(readCorpus(["Hello world. This is text."])).rejects.toThrow(
      'readCorpus: Hello world. This is text.: there is no such file. Check the path; if this is text, not a path, end it with a line end, "\\n".',
    );
    expect(await (await readCorpus(["Hello world. This is text.\n"])).documents().toArray()).toHaveLength(1);
    const failure = async (text: string): Promise<string> => {
      await writeFile(path("rows.json"), text);
      const documents = (await readCorpus(path("rows.json"))).documents();
      return documents.toArray().then(
        () => "none",
        (error: Error) => error.message.replace(directory, ""),
      );
    };
    const list =
      /^readCorpus: \/rows\.json: a JSON list, and readCorpus reads JSON Lines, .* or read it with readJson\.$/;
    expect(await failure('[{"text":"One."}]')).toMatch(list);
    expect(await failure('[\n {"text":"One."}\n]')).toMatch(list);
    expect(await failure('{"text":"One."}\n{"text":')).toMatch(
      /rows\.json: the line at byte 16 is not JSON: .*\. Correct it/,
    );
    expect(await failure('{"text":"One."}\n[1]')).toMatch(
      /the line at byte 16 is not an object, but a list\. Correct it/,
    );
  });

  it("omits a folder's readme and license, but not files in folders of such names", async () => {
    await mkdir(path("contracts/license_agreements"), { recursive: true });
    for (const name of ["license_agreements/1.txt", "Readme.txt", "LICENCE", "license.md", "readmes.txt"])
      await writeFile(path(`contracts/${name}`), "one.\n");
    const { files } = await readCorpus(path("contracts"));
    expect(files.map(({ name }) => name.slice(directory.length + 11))).toEqual([
      "license_agreements/1.txt",
      "readmes.txt",
    ]);
  });

  it.skipIf(process.platform === "win32")("follows links of a folder, and names one that leads nowhere", async () => {
    await mkdir(path("links/sub"), { recursive: true });
    await writeFile(path("links/a.txt"), "one.\n");
    await writeFile(path("links/sub/b.txt"), "two.\n");
    await symlink(path("links"), path("links/sub/up"));
    await symlink(path("links/a.txt"), path("links/sub/c.txt"));
    await symlink(path("notes"), path("links/sub/notes"));
    await symlink("user@host.123", path("links/.#a.txt")); // Emacs's lock
    await symlink("removed", path("links/model.bin"));
    const names = async () =>
      (await readCorpus(path("links"))).files.map(({ name }) => name.slice(directory.length + 7));
    const notes = ["a.txt", "b.md", "deep/c.markdown.gz"].map((name) => `sub/notes/${name}`);
    expect(await names()).toEqual(["a.txt", "sub/b.txt", "sub/c.txt", ...notes]);
    await symlink("removed", path("links/sub/d.txt"));
    await expect(names()).rejects.toThrow(/links\/sub\/d\.txt: there is no such file/);
  });

  it("shuffles groups by seed and epoch, and loses none", async () => {
    const file = path("mixed.txt");
    await writeFile(file, Array.from({ length: 100 }, (_, i) => `sentence ${i}\n`).join("\n"));
    const corpus = await readCorpus(file, { partBytes: 100 });
    const order = (seed: number, epoch: number) => corpus.groups({ seed, epoch, groupBytes: 100 }).flat();
    expect(order(1, 0)).toEqual(order(1, 0));
    expect(order(1, 0)).not.toEqual(order(1, 1));
    expect(order(1, 0)).not.toEqual(order(2, 0));
    expect(order(1, 3).toSorted((a, b) => a.start - b.start)).toEqual(corpus.parts);
  });

  it("reads a text without line ends in pieces", async () => {
    const file = path("endless.txt");
    await writeFile(file, "é wörd ".repeat(400_000));
    const documents = await byGroups(file, { layout: "prose", sentences: (text) => [text] }, 1 << 22);
    expect(documents.length).toBeGreaterThan(1);
    expect(Math.max(...documents.map(([text]) => text!.length))).toBeLessThan(2 * longestDocument);
    expect(documents.flat().join(" ").replace(/\s+/g, " ") === "é wörd ".repeat(400_000).trim()).toBe(true);
  });

  it("reports what is wrong, and where", async () => {
    await writeFile(path("latin.txt"), new Uint8Array([0x61, 0x0a, 0xe9, 0x0a]));
    await expect((await readCorpus(path("latin.txt"))).documents().toArray()).rejects.toThrow(
      /latin\.txt: the line at byte 2 is not UTF-8 text/,
    );
    expect(await (await readCorpus(path("latin.txt"), { encoding: "latin1" })).documents().toArray()).toEqual([
      ["a", "é"],
    ]);
    await expect((await readCorpus(path("folder/c.jsonl"), { field: "body" })).documents().toArray()).rejects.toThrow(
      /c\.jsonl: "body" must be a text or a list of sentences, got nothing. Set field/,
    );
    await expect(readCorpus(path("nowhere.txt"))).rejects.toThrow(/there is no such file/);
    await expect(readCorpus(path("folder"), { layout: "pages" as never })).rejects.toThrow(/layout must be one of/);
  });

  // 2 GB: BERTKIT_CORPUS_MEGABYTES=2000 npm test -- packages/datasets/src/corpus
  it.skipIf(process.platform !== "linux").each(["sentences", "prose"])(
    "reads a large file in bounded memory, %s (skipped without /proc)",
    { timeout: 600_000 },
    async (layout) => {
      const megabytes = process.env["BERTKIT_CORPUS_MEGABYTES"] ?? "24";
      const program = fileURLToPath(new URL("./__fixtures__/read-large.ts", import.meta.url));
      const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
      const args = ["--max-old-space-size=128", "--import", tsx, program, path("large.txt"), megabytes, layout];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      const { bytes, expected, documents, sentences, peak } = JSON.parse(stdout) as Record<string, number>;
      if (layout === "sentences") expect(documents).toBe(expected);
      expect([bytes! > 1e6 * Number(megabytes) - 1, sentences]).toEqual([true, 12 * expected!]);
      expect(peak! / 1e6).toBeLessThan(400);
    },
  );
});

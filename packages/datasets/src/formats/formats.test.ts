import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeZip } from "../__fixtures__/make-zip.ts";
import { collect } from "../iterables/collect.ts";
import { maskedCrc32c } from "./crc32c.ts";
import { readJson } from "./read-json.ts";
import { readJsonl } from "./read-jsonl.ts";
import { readParquet } from "./read-parquet.ts";
import { readTfExamples, readTfrecords } from "./read-tfrecords.ts";

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "bertkit-formats-"))));
afterAll(() => rm(folder, { recursive: true }));

describe("readJsonl", () => {
  it("reads one object per line, and names the line of an invalid one", async () => {
    expect(await readJsonl('{"a":1}\r\n\n{"a":"é\\n"}').toArray()).toEqual([{ a: 1 }, { a: "é\n" }]);
    await expect(readJsonl('{"a":1}\n[1]\n', { file: "x.jsonl" }).toArray()).rejects.toThrow(
      "readJsonl: x.jsonl, line 2: expected an object, got a list.",
    );
    const lines: (number | undefined)[] = [];
    const good = await readJsonl('{"a":1}\n{"a":\n{"a":2}\n7\n', {
      onBadRow: ({ line }) => void lines.push(line),
    }).toArray();
    expect([good, lines]).toEqual([
      [{ a: 1 }, { a: 2 }],
      [2, 4],
    ]);
  });
});

describe("readJson", () => {
  it("reads a list, or the only list in an object", async () => {
    expect(await readJson(['[{"a":1},{"a":2}]']).toArray()).toEqual([{ a: 1 }, { a: 2 }]);
    expect(await readJson(['{"version":"1","data":[{"a":1}]}']).toArray()).toEqual([{ a: 1 }]);
    expect(await readJson(['{"x":{"train":[{"a":1}],"dev":[]}}'], { field: "x.train" }).toArray()).toEqual([{ a: 1 }]);
    await expect(readJson(['{"train":[],"dev":[]}']).toArray()).rejects.toThrow("several lists: train, dev. Set field");
    await expect(readJson(['{"a":1}']).toArray()).rejects.toThrow("there is no list of objects.");
    await expect(readJson(['{"a":1}'], { field: "toString" }).toArray()).rejects.toThrow('there is no "toString"');
    await expect(readJson(["[1]"]).toArray()).rejects.toThrow('readJson: item 0: expected an object, got "1"');
    await expect(readJson(["[".repeat(99)]).toArray()).rejects.toThrow("nested deeper than 64");
  });
});

describe("readParquet", () => {
  const rows = Array.from({ length: 600 }, (_, i) => ({ text: `row ${i} é`, label: i % 3, score: i / 7 }));
  const write = (): Uint8Array<ArrayBuffer> =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: "text", data: rows.map(({ text }) => text), type: "STRING" },
          { name: "label", data: rows.map(({ label }) => BigInt(label)), type: "INT64" },
          { name: "score", data: rows.map(({ score }) => score), type: "DOUBLE" },
        ],
        rowGroupSize: 250,
      }),
    );

  it("knows its size, reads rows from a path, a Blob and bytes, and skips to a row", async () => {
    const path = join(folder, "a.parquet");
    await writeFile(path, write());
    for (const source of [
      path,
      new Blob([write()]),
      write(),
      Buffer.from(write()),
      () => new Blob([write()]),
      gzipSync(write()),
      new Blob([write()]).stream(),
    ]) {
      const dataset = await readParquet(source);
      expect(dataset.size).toBe(600);
      expect(await dataset.toArray()).toEqual(rows);
      expect(await collect(dataset.read({ epoch: 0, taken: 510 }))).toEqual(rows.slice(510));
    }
    const labels = await readParquet(path, { columns: ["label"] });
    expect(await labels.skip(599).toArray()).toEqual([{ label: 2 }]);
  });

  it("keeps bytes that are no text, and decodes those that are", async () => {
    const bytes = Uint8Array.of(0xff, 0xd8, 0, 1);
    const columnData = [
      { name: "image", data: [bytes, Uint8Array.of(0x68, 0x69)], type: "BYTE_ARRAY" as const },
      { name: "text", data: ["é", "b"], type: "STRING" as const },
      { name: "old", data: ["é", "b"].map((text) => new TextEncoder().encode(text)), type: "BYTE_ARRAY" as const },
    ];
    const file = new Uint8Array(parquetWriteBuffer({ columnData }));
    expect(await (await readParquet(file)).toArray()).toEqual([
      { image: bytes, text: "é", old: "é" },
      { image: new TextEncoder().encode("hi"), text: "b", old: "b" },
    ]);
    expect(await (await readParquet(file, { columns: ["text"] })).take(1).toArray()).toEqual([{ text: "é" }]);
    const fixed = [{ name: "hash", data: [Uint8Array.of(0x68, 0x69)] }];
    const schema = [{ name: "root", num_children: 1 }, { name: "hash", type: "FIXED_LEN_BYTE_ARRAY" as const, type_length: 2 }]; // prettier-ignore
    const hashes = new Uint8Array(parquetWriteBuffer({ columnData: fixed, schema }));
    expect(await (await readParquet(hashes)).toArray()).toEqual([{ hash: Uint8Array.of(0x68, 0x69) }]);
  });

  it("gives a column of bytes one type, in all row groups and wherever reading starts", async () => {
    const bytes = (...texts: (string | null)[]) =>
      texts.map((text) => (text === null ? null : Uint8Array.from(Buffer.from(text, "latin1"))));
    const write = (keys: (Uint8Array | null)[]) => {
      const columnData = [{ name: "key", data: keys, type: "BYTE_ARRAY" as const }];
      return readParquet(new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 3 })));
    };
    const rest = async (file: Uint8Array[] | (Uint8Array | null)[], taken: number) =>
      (await collect((await write(file)).read({ epoch: 0, taken }))).map(({ key }) => key);
    const keys = bytes("\xff", "abc", "def", "xyz");
    for (const taken of [0, 1, 3]) expect(await rest(keys, taken)).toEqual(keys.slice(taken));
    const empty = bytes(null, null, null, "\xff", "abc", "def", "xyz");
    for (const taken of [0, 1, 3, 6]) expect(await rest(empty, taken)).toEqual(empty.slice(taken));
    const texts = bytes("a", "b", "c", "d");
    for (const taken of [0, 3]) expect(await rest(texts, taken)).toEqual(["a", "b", "c", "d"].slice(taken));
    for (const taken of [0, 4])
      await expect(rest(bytes("a", "b", "c", "d", "\xff"), taken)).rejects.toThrow(
        'readParquet: column "key": earlier rows have text, and some of these have bytes that are not UTF-8. Omit',
      );
  });

  it("rejects strings that are not UTF-8, and keeps a byte-order mark in one", async () => {
    const texts = ["Gr\xfc\xdfe", "ok"].map((text) => Uint8Array.from(Buffer.from(text, "latin1")));
    const schema = [{ name: "root", num_children: 1 }, { name: "text", type: "BYTE_ARRAY" as const, converted_type: "UTF8" as const }]; // prettier-ignore
    const write = (data: unknown[]) =>
      new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "text", data }], schema }));
    await expect((await readParquet(write(texts), { file: "x" })).toArray()).rejects.toThrow(
      'readParquet: x: a column of strings has bytes that are not UTF-8: "Gr\ufffd\ufffde". Write it again as UTF-8',
    );
    expect(await (await readParquet(write(["\ufeffa"]))).toArray()).toEqual([{ text: "\ufeffa" }]);
  });

  it("reports a file that is not Parquet, the columns, and a number that would lose digits", async () => {
    await expect(readParquet(new TextEncoder().encode("not parquet at all"), { file: "x" })).rejects.toThrow(
      "readParquet: x: not a readable Parquet file",
    );
    await expect(readParquet(write().slice(0, -9))).rejects.toThrow("not a readable Parquet file");
    await expect((await readParquet(write(), { columns: ["lable"] })).toArray()).rejects.toThrow(
      'no column "lable"; there are text, label, score.',
    );
    const large = parquetWriteBuffer({ columnData: [{ name: "id", data: [2n ** 60n], type: "INT64" }] });
    await expect((await readParquet(large)).toArray()).rejects.toThrow(
      "1152921504606846976 cannot be represented exactly in JavaScript.",
    );
  });
});

describe("readTfrecords", () => {
  const framed = (record: Uint8Array): Buffer => {
    const head = Buffer.alloc(12);
    head.writeBigUInt64LE(BigInt(record.length));
    head.writeUInt32LE(maskedCrc32c(head.subarray(0, 8)), 8);
    const tail = Buffer.alloc(4);
    tail.writeUInt32LE(maskedCrc32c(record));
    return Buffer.concat([head, record, tail]);
  };
  // Written by hand after tensorflow/core/example/feature.proto.
  const field = (number: number, bytes: Uint8Array): Buffer => {
    const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
    return Buffer.concat([Buffer.of((number << 3) | 2, ...length), bytes]);
  };
  const feature = (name: string, kind: number, list: Buffer): Buffer =>
    field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, field(kind, list))]));
  const example = field(
    1,
    Buffer.concat([
      feature("text", 1, Buffer.concat([field(1, Buffer.from("é")), field(1, Buffer.from(""))])),
      feature("score", 2, field(1, Buffer.from(Float32Array.of(0.5, -2).buffer))),
      feature("ids", 3, field(1, Buffer.of(1, 0x96, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1))),
      feature("unpacked", 3, Buffer.of(8, 5, 8, 6)),
      field(1, field(1, Buffer.from("none"))),
    ]),
  );

  it("reads records from any chunks, compressed or not", async () => {
    const records = [Buffer.of(), Buffer.from("a"), Buffer.alloc(7000, 7)];
    const file = Buffer.concat(records.map(framed));
    for (const size of [1, 7, 4096, file.length]) {
      const pieces = Array.from({ length: Math.ceil(file.length / size) }, (_, i) =>
        file.subarray(i * size, (i + 1) * size),
      );
      const read = await readTfrecords(size === 1 ? pieces.slice(0, 33) : pieces).toArray();
      expect(read.map((bytes) => Buffer.from(bytes))).toEqual(size === 1 ? records.slice(0, 2) : records);
    }
    expect(await readTfrecords(gzipSync(file)).toArray()).toHaveLength(3);
    const changed = Buffer.from(file);
    changed[40]! ^= 1;
    await expect(readTfrecords(changed, { file: "x.tfrecord" }).toArray()).rejects.toThrow(
      /readTfrecords: x\.tfrecord: record 2 (?:does not start|is damaged)/,
    );
    await expect(readTfrecords(file.subarray(0, -1)).toArray()).rejects.toThrow("record 2 is truncated");
    await expect(readTfrecords("no records\nhere\n").toArray()).rejects.toThrow(
      "does not start with a length and its checksum",
    );
  });

  it("decodes examples, packed and unpacked lists, negative numbers and features without a kind", async () => {
    const [read] = await readTfExamples(framed(example)).toArray();
    expect(read).toEqual({
      text: [Uint8Array.from(Buffer.from("é")), new Uint8Array(0)],
      score: Float32Array.of(0.5, -2),
      ids: [1, 150, -1],
      unpacked: [5, 6],
      none: [],
    });
    await expect(readTfExamples(framed(Buffer.from("xyz"))).toArray()).rejects.toThrow(
      "record 0 is not a tf.train.Example",
    );
  });

  it("has the CRC-32C of the Castagnoli polynomial, masked as TensorFlow masks it", () => {
    const sum = 0xe3069283; // of "123456789", RFC 3720's catalog
    expect(maskedCrc32c(new TextEncoder().encode("123456789"))).toBe((((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0);
  });

  it("is also read from a zip", async () => {
    const file = makeZip({ "a.jsonl": '{"a":1}\n' });
    expect(await readJsonl(file).toArray()).toEqual([{ a: 1 }]);
  });
});

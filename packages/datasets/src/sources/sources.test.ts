import { createReadStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeZip } from "../__fixtures__/make-zip.ts";
import { readCsv } from "../tables/read-csv.ts";
import { readLines } from "../text/lines.ts";
import { crc32 } from "./crc32.ts";
import type { Source, SourceOptions } from "./source.ts";

const csv = 'id,text\n1,"a, b"\n2,žena 👍\n';
const long = Array.from({ length: 40_000 }, (_, i) => `line ${i} ${Math.sin(i)}`).join("\n");
let folder: string;
let server: Server;
let origin: string;
const failures: number[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bertkit-sources-"));
  await writeFile(join(folder, "train.csv"), csv);
  server = createServer((request, response) => {
    const status = failures.shift();
    if (status === 0) return void response.destroy();
    if (status !== undefined) return void response.writeHead(status, { "retry-after": "0" }).end();
    if (request.url === "/cut")
      return void (
        response.writeHead(200, { "content-length": 100 }),
        response.write(csv),
        setTimeout(() => response.destroy(), 20)
      );
    if (request.url!.startsWith("/train.csv")) return void response.end(csv);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const texts = async (source: Source, options?: SourceOptions): Promise<string[]> =>
  (await readCsv(source, options).toArray()).map((row) => row.get("text"));
const expected = ["a, b", "žena 👍"];

describe("a source", () => {
  it("is a path, a URL, a Blob, a File, a Response, bytes, a stream, or text with line ends", async () => {
    const path = join(folder, "train.csv");
    const bytes = new TextEncoder().encode(csv);
    const sources: Source[] = [
      path,
      pathToFileURL(path),
      pathToFileURL(path).href,
      `${origin}/train.csv`,
      new URL(`${origin}/train.csv`),
      `data:text/csv,${encodeURIComponent(csv)}`,
      new Blob([csv]),
      new File([csv], "train.csv"),
      new Response(csv),
      await fetch(`${origin}/train.csv`),
      bytes,
      bytes.buffer,
      createReadStream(path),
      new Blob([csv]).stream(),
      csv,
      [csv],
      () => path,
      async () => new File([csv], "x"),
    ];
    for (const source of sources) expect(await texts(source)).toEqual(expected);
  });

  it("is not read as data if it is a path", async () => {
    await expect(texts("train.csv")).rejects.toThrow(
      "read: train.csv: there is no such file. Check the path; if this is text",
    );
    await expect(texts(folder)).rejects.toThrow("that is a folder.");
    await expect(texts("")).rejects.toThrow("the source is an empty string");
    await expect(texts("x".repeat(5000))).rejects.toThrow("that is too long for a path");
    await expect(texts(42 as unknown as Source)).rejects.toThrow("got number 42");
    expect(await readLines(["one line"]).toArray()).toEqual(["one line"]);
  });

  it("names its file in messages, without a key", async () => {
    const bad = "id,text\n1\n";
    await writeFile(join(folder, "bad.csv"), bad);
    await expect(texts(join(folder, "bad.csv"))).rejects.toThrow("bad.csv, line 2: 2 columns");
    await expect(texts(new File([bad], "mine.csv"))).rejects.toThrow("readCsv: mine.csv, line 2");
    await expect(texts(`${origin}/none.csv?key=secret`)).rejects.toThrow(
      /^fetch: http:\/\/127\.0\.0\.1:\d+\/none\.csv: responded with 404/,
    );
  });

  it("is read again if possible, otherwise throws", async () => {
    const rows = readCsv(join(folder, "train.csv"));
    expect(await rows.repeat(2).toArray()).toHaveLength(4);
    expect(rows.name).toBe(join(folder, "train.csv"));
    for (const once of [createReadStream(join(folder, "train.csv")), new Blob([csv]).stream(), new Response(csv)]) {
      const dataset = readCsv(once);
      expect(await dataset.toArray()).toHaveLength(2);
      await expect(dataset.toArray()).rejects.toThrow("can be read only once, and was");
    }
  });

  it("is requested again after a temporary server error; throws if the server stays down or the connection breaks", async () => {
    failures.push(503, 0, 429);
    expect(await texts(`${origin}/train.csv`)).toEqual(expected);
    failures.push(500, 500, 500, 500);
    await expect(texts(`${origin}/train.csv`)).rejects.toThrow("responded with 500 Internal Server Error, 4 times.");
    await expect(texts(`${origin}/cut`)).rejects.toThrow(`broke off after ${Buffer.byteLength(csv)} bytes`);
    await expect(texts(new Response("<html>\n", { status: 404 }))).rejects.toThrow(
      "responded with 404, not with the data",
    );
  });
});

describe("a compressed source", () => {
  it("is decompressed whatever its name: gzip, gzip with several members, a zip", async () => {
    for (const packed of [
      gzipSync(csv),
      Buffer.concat([gzipSync(csv.slice(0, 9)), gzipSync(csv.slice(9))]),
      makeZip({ "train.csv": csv }),
      makeZip({ "train.csv": csv }, { stored: true }),
    ])
      for (const source of [packed, new Blob([new Uint8Array(packed)]), [...packed].map((byte) => Uint8Array.of(byte))])
        expect(await texts(source)).toEqual(expected);
    expect(await readLines(gzipSync(long)).toArray()).toEqual(long.split("\n"));
    expect(await readLines(makeZip({ a: long })).toArray()).toEqual(long.split("\n"));
    expect(await readLines(gzipSync(long)).take(2).toArray()).toHaveLength(2);
  });

  it("requires the name of a file if a zip has several, not counting files that macOS adds", async () => {
    const zip = makeZip({ "data/": "", "data/train.csv": csv, "__MACOSX/data/._train.csv": "x" });
    expect(await texts(zip)).toEqual(expected);
    const two = makeZip({ "a.csv": csv, "b.csv": "id,text\n3,c\n" });
    expect(await texts(two, { entry: "b.csv" })).toEqual(["c"]);
    await expect(texts(two, { file: "two.zip" })).rejects.toThrow(
      'unzip: two.zip: which file of the zip? It has "a.csv", "b.csv".',
    );
    await expect(texts(two, { entry: "c.csv" })).rejects.toThrow('the zip has no "c.csv"');
    await expect(texts(csv, { entry: "c.csv" })).rejects.toThrow("this is not a zip");
  });

  it("throws if it is truncated or damaged, and never returns wrong text", async () => {
    const gzip = gzipSync(long);
    await expect(readLines(gzip.subarray(0, -1)).toArray()).rejects.toThrow("the gzip is damaged or truncated");
    const changed = Buffer.from(gzip);
    changed[gzip.length - 6]! ^= 1; // its checksum
    await expect(readLines(changed).toArray()).rejects.toThrow("the gzip is damaged");
    const zip = makeZip({ a: csv });
    await expect(readLines(zip.subarray(0, -5)).toArray()).rejects.toThrow("the zip has no directory at its end");
    const stored = makeZip({ a: csv }, { stored: true });
    stored[36]! ^= 1;
    await expect(readLines(stored).toArray()).rejects.toThrow('"a" is damaged: its size or checksum');
    await expect(
      readLines(
        (async function* () {
          yield gzip.subarray(0, 100);
          throw new Error("the disk is on fire");
        })(),
      ).toArray(),
    ).rejects.toThrow("the disk is on fire");
  });

  it("is verified with zip's CRC-32", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  });
});

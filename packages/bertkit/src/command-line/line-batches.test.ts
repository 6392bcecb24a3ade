import { expect, test } from "vitest";
import { lineBatches } from "./line-batches.ts";

async function batches(chunks: (string | Uint8Array)[], size = 2, blank = false): Promise<string[][]> {
  const stream = (async function* () {
    yield* chunks;
  })();
  const found: string[][] = [];
  for await (const batch of lineBatches(stream, size, { blank })) found.push(batch);
  return found;
}

test("splits input into lines and batches", async () => {
  expect(await batches(["a\nb\nc\nd", "e\r\n\n \nf"])).toEqual([["a", "b"], ["c"], ["de"], ["f"]]);
  expect(await batches([])).toEqual([]);
  expect(await batches(["\n\n"])).toEqual([]);
});

test("keeps blank lines on request, but adds none at the end", async () => {
  expect(await batches(["a\n\n", "\r\n  \nb"], 9, true)).toEqual([["a", ""], ["", "  "], ["b"]]);
  expect(await batches(["\n", "b\n"], 9, true)).toEqual([[""], ["b"]]);
  expect(await batches(["", "b\r\n", ""], 9, true)).toEqual([["b"]]);
});

test("reads a line of many chunks in linear time", async () => {
  const chunk = new TextEncoder().encode("é".repeat(1 << 15));
  const chunks = [...new Array<Uint8Array>(1500).fill(chunk), new TextEncoder().encode("\nend\n")];
  const [[line], [end]] = (await batches(chunks, 1)) as [[string], [string]];
  expect([line.length, end]).toEqual([1500 << 15, "end"]);
});

test("decodes characters split across chunks", async () => {
  const bytes = new TextEncoder().encode("é\nü");
  expect(await batches([bytes.subarray(0, 1), bytes.subarray(1, 4), bytes.subarray(4)])).toEqual([["é"], ["ü"]]);
});

test("bytes that are not in the encoding are an error that names the line", async () => {
  const latin = Buffer.from("a\nb\ncaf\xe9\nd\n", "latin1");
  const rest = async (chunks: Uint8Array[], encoding?: string): Promise<string[]> => {
    const stream = (async function* () {
      yield* chunks;
    })();
    const found: string[][] = [];
    for await (const batch of lineBatches(stream, 9, { file: "menu.txt", encoding })) found.push(batch);
    return found.flat();
  };
  const chunks = [latin.subarray(0, 3), latin.subarray(3)];
  await expect(rest(chunks)).rejects.toThrow(
    "line 3 of menu.txt is not utf-8 text. Give --encoding windows-1252 or the text's encoding, or save it as UTF-8",
  );
  await expect(rest([latin.subarray(0, 8)])).rejects.toThrow("line 3 of menu.txt is not utf-8 text"); // truncated
  const long = Buffer.concat([
    Buffer.from("\ufffd: é\n\ufffd\n€\nc\n"),
    Buffer.from([0xe2, 0x82, 0x0a]),
    Buffer.from("d\n"),
  ]);
  for (let at = 0; at <= long.length; at++)
    for (let second = at; second <= long.length; second++)
      await expect(
        rest([long.subarray(0, at), long.subarray(at, second), long.subarray(second)]),
        `${at} ${second}`,
      ).rejects.toThrow("line 5 of menu.txt is not utf-8 text");
  const lone = Buffer.from("a\nb\n\ud800c\n", "utf16le"); // half of a surrogate pair
  for (let at = 0; at <= lone.length; at++)
    await expect(rest([lone.subarray(0, at), lone.subarray(at)], "utf-16le")).rejects.toThrow(
      "line 3 of menu.txt is not",
    );
  expect(await rest(chunks, "latin1")).toEqual(["a", "b", "café", "d"]);
  expect(await rest([Buffer.from("\ufeffa\n", "utf16le")], "utf-16le")).toEqual(["a"]);
});

test.each(["utf-16le", "utf-16be"])("a byte-order mark of %s is an error that names it", async (encoding) => {
  const little = Buffer.from("\ufeffa\nb\n", "utf16le");
  const bytes = encoding === "utf-16le" ? little : little.swap16();
  const read = async (cut: number, given?: string): Promise<string[]> => {
    const stream = (async function* () {
      yield bytes.subarray(0, cut);
      yield bytes.subarray(cut);
    })();
    const found: string[][] = [];
    for await (const batch of lineBatches(stream, 9, { file: "menu.txt", encoding: given })) found.push(batch);
    return found.flat();
  };
  for (let cut = 0; cut <= bytes.length; cut++) {
    for (const given of [undefined, "windows-1252", "latin1"])
      await expect(read(cut, given)).rejects.toThrow(
        `text: it begins with the byte-order mark of ${encoding}. Give --encoding ${encoding}, or save it as UTF-8`,
      );
    expect(await read(cut, encoding)).toEqual(["a", "b"]);
  }
});

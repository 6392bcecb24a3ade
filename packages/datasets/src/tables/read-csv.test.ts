import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DatasetError } from "../dataset-error.ts";
import { collect } from "../iterables/collect.ts";
import { take } from "../iterables/take.ts";
import { type CsvOptions, readCsv } from "./read-csv.ts";

const fields = async (text: string, options?: CsvOptions): Promise<(readonly string[])[]> =>
  (await collect(readCsv([text], options))).map((row) => row.fields);

describe("readCsv", () => {
  it("reads the examples of RFC 4180, section 2", async () => {
    const none = { header: false };
    expect(await fields("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", none)).toEqual([
      ["aaa", "bbb", "ccc"],
      ["zzz", "yyy", "xxx"],
    ]);
    expect(await fields("aaa,bbb,ccc\r\nzzz,yyy,xxx", none)).toEqual([
      ["aaa", "bbb", "ccc"],
      ["zzz", "yyy", "xxx"],
    ]);
    expect(await fields("field_name\r\naaa\r\n")).toEqual([["aaa"]]);
    expect(await fields('"aaa","b\r\nbb","ccc"\r\nzzz,yyy,xxx', none)).toEqual([
      ["aaa", "b\r\nbb", "ccc"],
      ["zzz", "yyy", "xxx"],
    ]);
    expect(await fields('"aaa","b""bb","ccc"', none)).toEqual([["aaa", 'b"bb', "ccc"]]);
  });

  it("reads back any fields that were written, from any chunks", async () => {
    const field = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r\n", "\r", " ", "é", "👍"), maxLength: 6 });
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) =>
        fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      );
    const write = (value: string): string => `"${value.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 9 }), async (rows, size) => {
        const text = rows.map((row) => row.map(write).join(",")).join("\r\n");
        const bytes = new TextEncoder().encode(text);
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.slice(i * size, (i + 1) * size),
        );
        const read = await collect(readCsv(pieces, { header: false }));
        expect(read.map((row) => row.fields)).toEqual(rows);
        let line = 1;
        for (const [i, row] of rows.entries()) {
          expect(read[i]!.line).toBe(line);
          line += row.join("").split("\n").length;
        }
      }),
    );
  });

  it("reads the same as csv-parse", async () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "b", ",", '"', '""', "\n", "\r\n", ' "', '",'),
      maxLength: 24,
    });
    let read = 0;
    await fc.assert(
      fc.asyncProperty(text, async (csv) => {
        let expected: string[][] | undefined;
        try {
          expected = parse(csv, { relax_column_count: true, skip_empty_lines: true, record_delimiter: ["\r\n", "\n"] });
        } catch {
          await expect(fields(csv, { header: false })).rejects.toThrow("quote");
          return;
        }
        expect(await fields(csv, { header: false })).toEqual(expected);
        read++;
      }),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(50);
  });

  it("reads a text longer than one chunk without damaging a character at the border", async () => {
    const long = `a${"👍".repeat(70_000)}`;
    expect(await fields(`x,y\n1,${long}\n2,b\n`)).toEqual([
      ["1", long],
      ["2", "b"],
    ]);
  });

  it("names columns by the header, removes a byte order mark, skips empty lines", async () => {
    const [row] = await collect(readCsv('\ufeffid,text\n\n7,"x"\n', { file: "a.csv" }));
    expect([row!.get("id"), row!.get(1), row!.line, row!.columns]).toEqual(["7", "x", 3, ["id", "text"]]);
    expect(await fields("1;2\n", { header: ["a", "b"], separator: ";" })).toEqual([["1", "2"]]);
  });

  it("names the position and fix of invalid CSV", async () => {
    const failure = (text: string): Promise<unknown> =>
      fields(text, { file: "a.csv" }).then(
        () => "no error",
        (error: unknown) => error,
      );
    const closed = (await failure('id,a\n1,"x\ny"\n2,"z"q\n')) as DatasetError;
    expect(DatasetError.isInstance(closed)).toBe(true);
    expect([closed.file, closed.line, closed.column]).toEqual(["a.csv", 4, "a"]);
    expect(closed.message).toBe(
      'readCsv: a.csv, line 4, column "a": a quote inside a quoted field is followed by neither a separator nor a line end. Double each quote that belongs to the field.',
    );
    expect(String(await failure('id,a\n1,"open\n2,x\n'))).toContain(
      'line 2, column "a": the row begins a quoted field whose quote is never closed.',
    );
    expect(String(await failure('id,a\n1,b"c"\n'))).toContain(
      'a.csv, line 2, column "a": a quote inside an unquoted field',
    );
    expect(String(await failure("id,a\n1,2\n1,2,3\n"))).toContain("a.csv, line 3: 2 columns (id, a) but 3 fields");
  });

  it.each([
    ["text;label\na, b;c\n", ";"],
    ["text\tlabel\na\tb\n", "\t"],
    ["text|label\na|b\n", "|"],
  ])("names the separator that %j has", async (text, separator) => {
    const message = `The columns look separated by ${JSON.stringify(separator)}: pass { separator: ${JSON.stringify(separator)} } to readCsv.`;
    const labels = async (): Promise<string[]> => (await collect(readCsv([text]))).map((row) => row.get("label"));
    await expect(labels()).rejects.toThrow(message);
    expect((await collect(readCsv([text], { separator }))).map((row) => row.get("label"))).toHaveLength(1);
  });

  it("returns the rows before an error, and passes bad rows to onBadRow", async () => {
    const seen: string[] = [];
    await expect(async () => {
      for await (const row of readCsv('a,b\n1,2\n3,"4"5\n')) seen.push(row.get("a"));
    }).rejects.toThrow("line 3");
    expect(seen).toEqual(["1"]);
    const bad: number[] = [];
    const onBadRow = (error: DatasetError): void => void bad.push(error.line!);
    expect(await fields('a,b\n1\n2,3\n4,5,6\n7,"8"x\n9,y"z"\n0,1\n', { onBadRow })).toEqual([
      ["2", "3"],
      ["0", "1"],
    ]);
    expect(bad).toEqual([2, 4, 5, 6]);
  });

  it("can be stopped early, and read again if the source can be opened again", async () => {
    let opened = 0;
    const rows = readCsv(() => (opened++, "a\n1\n2\n3\n"));
    expect((await collect(take(rows, 1))).map((row) => row.get("a"))).toEqual(["1"]);
    expect(await collect(rows)).toHaveLength(3);
    expect(opened).toBe(2);
  });
});

import { describe, expect, it } from "vitest";
import { collect } from "../iterables/collect.ts";
import { TableRow } from "./table-row.ts";
import { readTsv } from "./read-tsv.ts";

describe("readTsv", () => {
  it("reads quotes as characters, and keeps spaces", async () => {
    const rows = await collect(readTsv('label\ttext\r\n1\t"The pie, he said. \r\n0\t"x" y\n'));
    expect(rows.map((row) => [row.get("label"), row.get("text"), row.line])).toEqual([
      ["1", '"The pie, he said. ', 2],
      ["0", '"x" y', 3],
    ]);
  });

  it("names the position of a row with too many or too few fields, or of an invalid field", async () => {
    await expect(collect(readTsv("a\tb\n1\t2\n1\n", { file: "x.tsv" }))).rejects.toThrow(
      "readTsv: x.tsv, line 3: 2 columns (a, b) but 1 field.",
    );
    const [row] = await collect(readTsv("a\tb\n1\tx\n", { file: "x.tsv" }));
    expect(row!.number("a")).toBe(1);
    for (const [field, value] of [
      [" 2.5\x1c\x85", 2.5],
      ["-.5e1", -5],
      ["+3.", 3],
    ] as const)
      expect(new TableRow([field], 1, ["a"]).number("a")).toBe(value);
    for (const field of ["", " ", "0x10", "\ufeff1", "Infinity", "nan", "1e999", "1 2", `${"1".repeat(100_000)}x`])
      expect(() => new TableRow([field], 1, ["a"]).number("a")).toThrow("expected a number");
    expect(() => row!.number("b")).toThrow('TableRow.number: x.tsv, line 2, column "b": expected a number, got "x".');
    expect(() => row!.oneOf("b", ["0", "1"])).toThrow('expected 0 or 1, got "x"');
    expect(() => row!.get("c")).toThrow('x.tsv, line 2, column "c": no such column; the columns are a, b.');
  });
});

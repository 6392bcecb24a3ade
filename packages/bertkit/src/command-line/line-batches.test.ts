import { expect, test } from "vitest";
import { lineBatches } from "./line-batches.ts";

async function batches(chunks: (string | Uint8Array)[], size = 2): Promise<string[][]> {
  const stream = (async function* () {
    yield* chunks;
  })();
  const found: string[][] = [];
  for await (const batch of lineBatches(stream, size)) found.push(batch);
  return found;
}

test("splits input into lines and batches", async () => {
  expect(await batches(["a\nb\nc\nd", "e\r\n\n \nf"])).toEqual([["a", "b"], ["c"], ["de"], ["f"]]);
  expect(await batches([])).toEqual([]);
  expect(await batches(["\n\n"])).toEqual([]);
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

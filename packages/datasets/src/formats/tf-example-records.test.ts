import { expect, it } from "vitest";
import { encodeTfExample } from "./encode-tf-example.ts";
import { readTfExamples } from "./read-tfrecords.ts";
import { TfExampleRecords } from "./tf-example-records.ts";
import { tfrecord } from "./write-tfrecord.ts";

const examples = Array.from({ length: 40 }, (_, i) => ({
  ids: Int32Array.from({ length: 1 + 60 * i }, (_, j) => (i * j) % 40_000),
  negative: Int32Array.of(-1 - i),
  weights: Float32Array.of(i / 4),
  name: [`n${i}`],
}));

it("equal the records of the single examples, and are read back", async () => {
  const records = new TfExampleRecords();
  for (let pass = 0; pass < 2; pass++) {
    for (const example of examples) records.add(example);
    const { bytes, ends } = records.take();
    const one = examples.map((example) => tfrecord(encodeTfExample(example)));
    expect(Buffer.concat(one).equals(bytes)).toBe(true);
    let end = 0;
    expect([...ends]).toEqual(one.map(({ length }) => (end += length)));
    const read = await readTfExamples(bytes, { file: "memory" }).toArray();
    expect(read.map(({ ids }) => Array.from(ids as ArrayLike<number>))).toEqual(examples.map(({ ids }) => [...ids]));
    expect(read.map(({ negative }) => Number((negative as ArrayLike<number>)[0]))).toEqual(
      examples.map((_, i) => -1 - i),
    );
  }
  expect(records.take()).toEqual({ bytes: new Uint8Array(0), ends: new Int32Array(0) });
});

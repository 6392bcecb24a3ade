import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeTfExample,
  mergeShardIndexes,
  parseShardIndex,
  readTfExamples,
  shardIndexText,
  tfrecord,
} from "../index.ts";

describe("encodeTfExample", () => {
  it("is read back from a TFRecord, compressed or not", async () => {
    const whole = fc.maxSafeInteger();
    const feature = fc.oneof(
      fc.array(whole, { minLength: 1 }),
      fc.array(fc.float({ noNaN: true })).map((values) => Float32Array.from(values)),
      fc.array(fc.string({ unit: "binary" }), { minLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.dictionary(
            fc.string().filter((name) => name !== "__proto__"),
            feature,
          ),
          { maxLength: 4 },
        ),
        async (examples) => {
          const file = Buffer.concat(examples.map((example) => tfrecord(encodeTfExample(example))));
          const expected = examples.map((example) =>
            Object.fromEntries(
              Object.entries(example).map(([name, values]) => [
                name,
                typeof values[0] === "string"
                  ? (values as string[]).map((text) => new TextEncoder().encode(text))
                  : values,
              ]),
            ),
          );
          expect(await readTfExamples(file).toArray()).toEqual(expected);
          if (file.length > 0) expect(await readTfExamples(gzipSync(file)).toArray()).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("equals TensorFlow's", () => {
    // tf.train.Example(features=…({"ids": int64 [1, 300], "x": float [0.5], "t": bytes ["é"]})).SerializeToString(),
    // each
    // alone, because TensorFlow writes maps in any order.
    const hex = (features: Parameters<typeof encodeTfExample>[0]): string =>
      Buffer.from(encodeTfExample(features)).toString("hex");
    expect(hex({ ids: [1, 300] })).toBe("0a100a0e0a0369647312071a050a0301ac02");
    expect(hex({ x: Float32Array.of(0.5) })).toBe("0a0f0a0d0a01781208120 60a040000003f".replace(" ", ""));
    expect(hex({ t: ["é"] })).toBe("0a0d0a0b0a017412060a040a02c3a9");
    expect(() => hex({ ids: [0.5] })).toThrow(/ids\[0\] must be a whole number/);
  });
});

describe("an index of shards", () => {
  const file = (basename: string) => ({ basename, bytes: 3, hashes: {} });
  const shard = {
    format: "tfrecord",
    version: 2,
    samples: 4,
    raw_data: file("shard.00000.tfrecord"),
    zip_data: null,
    compression: null,
    hashes: [],
    size_limit: 67108864,
  };

  it("merges those of folders", () => {
    const index = { version: 2, shards: [shard] };
    expect(parseShardIndex(shardIndexText(index), "index.json")).toEqual(index);
    const packed = { ...shard, zip_data: file("shard.00000.tfrecord.gz"), compression: "gzip" };
    const merged = mergeShardIndexes([
      { name: "0", index },
      { name: "1", index: { version: 2, shards: [packed] } },
    ]);
    expect(merged.shards.map(({ raw_data }) => raw_data.basename)).toEqual([
      "0/shard.00000.tfrecord",
      "1/shard.00000.tfrecord",
    ]);
    expect(merged.shards[1]!.zip_data!.basename).toBe("1/shard.00000.tfrecord.gz");
    expect(parseShardIndex(shardIndexText(merged), "index.json")).toEqual(merged);
  });

  it("keeps the settings of folders, and does not merge folders of different ones", () => {
    const folder = (name: string, settings?: object) => ({
      name,
      index: parseShardIndex(JSON.stringify({ shards: [], settings }), "index.json"),
    });
    const older = folder("0");
    expect(older.index["settings"]).toBeUndefined();
    const merged = mergeShardIndexes([older, folder("1", { seed: 1, text: "a" }), folder("2", { seed: 1 })]);
    expect(merged["settings"]).toEqual({ seed: 1, text: "a" });
    expect(() =>
      mergeShardIndexes([older, folder("1", { seed: 1, text: "a" }), folder("2", { seed: 2, text: "a" })]),
    ).toThrow("2 was made with another seed than 1: 2, not 1. Make one of them again");
  });

  it.each([
    ["[]", /expected an object, got a list\. Write the shards again/],
    ['{"shards":[],"settings":1}', /expected an object, got "1"/],
    ["{}", /it has no list of shards/],
    [
      JSON.stringify({ shards: [{ ...shard, raw_data: file("../x") }] }),
      /raw_data of shard 0 names no file in the folder/,
    ],
    [JSON.stringify({ shards: [{ ...shard, zip_data: file("/etc/x") }] }), /zip_data of shard 0 names no file/],
    [JSON.stringify({ shards: [{ ...shard, samples: -1 }] }), /shard 0 has no number of samples/],
  ])("rejects %s", (text, message) => {
    expect(() => parseShardIndex(text, "index.json")).toThrow(message);
  });
});

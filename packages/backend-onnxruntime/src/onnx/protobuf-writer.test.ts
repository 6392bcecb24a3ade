import { describe, expect, it } from "vitest";
import { ProtobufWriter } from "./protobuf-writer.ts";

function bytesOf(write: (writer: ProtobufWriter) => void): number[] {
  const writer = new ProtobufWriter();
  write(writer);
  return [...writer.bytes()];
}

describe("ProtobufWriter", () => {
  it("writes the examples of the protobuf encoding guide", () => {
    expect(bytesOf((w) => w.integer(1, 150))).toEqual([0x08, 0x96, 0x01]);
    expect(bytesOf((w) => w.string(2, "testing"))).toEqual([0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]);
    expect(bytesOf((w) => w.message(3, (inner) => inner.integer(1, 150)))).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
    expect(bytesOf((w) => w.integers(6, [3, 270, 86942]))).toEqual([0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05]);
  });

  it("writes negative integers in ten bytes and floats little-endian", () => {
    expect(bytesOf((w) => w.integer(1, -2))).toEqual([
      0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
    ]);
    expect(bytesOf((w) => w.float(2, 1))).toEqual([0x15, 0x00, 0x00, 0x80, 0x3f]);
  });

  it("grows, and moves a long message to fit its longer length prefix", () => {
    const content = new Uint8Array(5000).fill(7);
    const bytes = bytesOf((w) => w.message(1, (inner) => inner.raw(2, content)));
    expect(bytes.slice(0, 6)).toEqual([0x0a, 0x8b, 0x27, 0x12, 0x88, 0x27]); // 5003 and 5000 as varints
    expect(bytes.slice(6)).toEqual([...content]);
  });

  it("inserts very long byte fields at the right position at any depth", () => {
    const long = new Uint8Array(70_000).fill(7);
    const bytes = bytesOf((w) => {
      w.integer(1, 3);
      w.message(2, (outer) => {
        outer.string(1, "a");
        outer.message(2, (inner) => {
          inner.raw(1, long);
          inner.raw(1, long);
          inner.string(2, "b");
        });
        outer.string(3, "c");
      });
    });
    const field = [0x0a, 0xf0, 0xa2, 0x04, ...long]; // 70,000 as a varint
    const inner = [...field, ...field, 0x12, 1, 0x62];
    const outer = [0x0a, 1, 0x61, 0x12, 0xeb, 0xc5, 0x08, ...inner, 0x1a, 1, 0x63]; // 140,011
    expect(inner).toHaveLength(140_011);
    expect(bytes).toEqual([0x08, 3, 0x12, 0xf5, 0xc5, 0x08, ...outer]); // 140,021
  });
});

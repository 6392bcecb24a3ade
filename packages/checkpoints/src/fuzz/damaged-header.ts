import type { RandomSource } from "@bertkit/nn";

const dtypes = ["F32", "U8", "BF16", "BOOL", "I64", "F8_E4M3", "f32", ""];
const lengths = [
  "0",
  "1",
  "2",
  "3",
  "-1",
  "1.0",
  "1e0",
  "-0",
  "01",
  "9007199254740991",
  "9007199254740993",
  "4294967296",
  "null",
  '"1"',
  "[]",
];
const widths: Readonly<Record<string, number>> = { F32: 4, U8: 1, BF16: 2, BOOL: 1, I64: 8 };
const junk = [
  "null",
  "{}",
  "[]",
  "0",
  '"x"',
  "true",
  "[[1]]",
  '{"a":{"b":[]}}',
  '"\\ud800"',
  '"\\u0041"',
  "[1,]",
  "nul",
  "-",
  "[".repeat(70) + "]".repeat(70),
];
const spaces = ["", "", "", " ", "\n\t ", "\u00a0"];

/**
 * A safetensors file of up to four tensors, valid or with a few faults: wrong values, duplicate keys, gaps, overlaps, a
 * wrong length.
 */
export function damagedHeader(rng: RandomSource): Uint8Array {
  const pick = (list: readonly string[]): string => list[rng.integer(0, list.length - 1)]!;
  const rarely = (): boolean => rng.integer(0, 24) === 0;
  let position = 0;
  const members: string[] = [];
  if (rng.integer(0, 2) === 0) members.push(`"__metadata__":${rarely() ? pick(junk) : '{"a":"b","a":"c"}'}`);
  for (let i = rng.integer(0, 4); i > 0; i--) {
    const dtype = rarely() ? pick(dtypes) : dtypes[rng.integer(0, 4)]!;
    const shape = Array.from({ length: rng.integer(0, 3) }, () =>
      rarely() ? pick(lengths) : pick(lengths.slice(0, 4)),
    );
    const size = shape.reduce((product, length) => product * (Number(length) || 0), widths[dtype] ?? 1);
    const begin = position + (rarely() ? rng.integer(-2, 2) : 0);
    const end = begin + (Number.isSafeInteger(size) && size < 4096 ? size : 0);
    position = Math.max(position, end);
    const fields = [`"dtype":"${dtype}"`, `"shape":[${shape.join()}]`, `"data_offsets":[${begin},${end}]`];
    if (rarely()) fields.splice(rng.integer(0, 2), 1);
    if (rarely()) fields.push(fields[rng.integer(0, fields.length - 1)]!);
    if (rarely()) fields.push(`"x":${pick(junk)}`);
    if (rarely()) fields.push(`"dtype":${pick(junk)}`);
    rng.shuffle(fields);
    const name = rarely()
      ? pick(["__proto__", "\\u0061", "\\ud83d", "constructor", "12", "é"])
      : `t${rarely() ? 0 : i}`;
    members.push(`"${name}":${rarely() ? pick(junk) : `{${fields.join(`${pick(spaces.slice(0, 5))},`)}}`}`);
  }
  rng.shuffle(members);
  const json = `${rarely() ? pick(spaces) : ""}{${members.join()}}${pick(spaces.slice(0, 5))}${rarely() ? pick(["x", "}", "{}"]) : ""}`;
  const head = Buffer.from(json);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Math.max(0, head.length + (rarely() ? rng.integer(-2, 2) : 0))));
  const data = Buffer.alloc(Math.max(0, position + (rarely() ? rng.integer(-2, 2) : 0)));
  return Uint8Array.from(Buffer.concat([length, head, data]));
}

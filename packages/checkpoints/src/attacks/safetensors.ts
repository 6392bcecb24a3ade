import { attack, type Attack } from "@bertkit/testing/attacks";
import { bytesSource } from "../random-access.ts";
import { openSafetensors } from "../safetensors/open-safetensors.ts";
import { megabytes, times } from "./repeated.ts";

/** A file with this header and `data` zero bytes. */
export function header(json: string, data = 0): Uint8Array {
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(Buffer.from(json), 8);
  return bytes;
}

/** The header entry of a tensor of bytes. */
export const entry = (name: string, begin: number, end: number): string =>
  `"${name}":{"dtype":"U8","shape":[${end - begin}],"data_offsets":[${begin},${end}]}`;

const safetensors = (name: string, json: () => string, rejected?: RegExp, data = 0): Attack =>
  attack(
    `safetensors: ${name}`,
    () => header(json(), data),
    (bytes) => openSafetensors(bytesSource(bytes)),
    rejected,
  );

export const safetensorsAttacks: readonly Attack[] = [
  safetensors("20 MB of [", () => `{"a":${"[".repeat(megabytes(20))}`, /"a" has no dtype/),
  safetensors("20 MB of [ in an unused value", () => `{"a":{"x":${"[".repeat(megabytes(20))}`, /deeper than 64/),
  safetensors("20 MB of {", () => '{"a":'.repeat(megabytes(4)), /nested deeper than 64/),
  safetensors("6 MB of {} in a list", () => `{"a":{"x":[${"{},".repeat(megabytes(2))}{}]}}`, /dtype undefined/),
  safetensors(
    "a shape of two million axes",
    () => `{"a":{"dtype":"U8","shape":[${"1,".repeat(megabytes(2))}1],"data_offsets":[0,1]}}`,
    /not a list of at most 64 counts/,
    1,
  ),
  safetensors(
    "a dtype of 10 MB",
    () => `{"a":{"dtype":"${"x".repeat(megabytes(10))}"}}`,
    /dtype "xxx.*…; supported are/,
  ),
  safetensors(
    "two names of 5 MB that overlap",
    () => `{${entry("a".repeat(megabytes(5)), 0, 1)},${entry("b".repeat(megabytes(5)), 0, 1)}}`,
    /"b+…" overlaps another tensor/,
    1,
  ),
  safetensors("20,000 empty tensors", () => `{${times(20_000, (i) => entry(`t${i}`, 0, 0)).join()}}`),
  safetensors("100,000 strings of metadata", () => `{"__metadata__":{${times(100_000, (i) => `"${i}":""`).join()}}}`),
  safetensors("a number of 10 MB", () => `{"a":{"x":${"1".repeat(megabytes(10))}}}`, /dtype undefined/),
  safetensors("a string of 10 MB of escapes", () => `{"${"\\u0061".repeat(megabytes(1.5))}":1}`, /has no dtype/),
];

import type { ByteCursor } from "../../binary/byte-cursor.ts";
import { pytorchError } from "../pytorch-error.ts";
import type { PickleMachine } from "./pickle-machine.ts";
import { PickleDict, PickleTuple } from "./pickle-values.ts";

type Operation = (machine: PickleMachine, input: ByteCursor) => void;

const decoder = new TextDecoder();
const text = (bytes: Uint8Array): string => decoder.decode(bytes);
const line = (input: ByteCursor): string => text(input.until(10));

/**
 * The supported opcodes (Python's pickletools.py, protocols 0 to 5): those that build data, call an allowed function or
 * name an allowed global. Class instances, extension codes and out-of-band buffers are not supported.
 */
export const pickleOpcodes: Readonly<Record<string, Operation>> = {
  // Stack and memo
  "(": (machine) => machine.mark(),
  "0": (machine) => void machine.pop(),
  "1": (machine) => void machine.popToMark(),
  "2": (machine) => machine.push(machine.top()),
  p: (machine, input) => machine.memorise(memoPlace(line(input))),
  q: (machine, input) => machine.memorise(input.uint8()),
  r: (machine, input) => machine.memorise(input.uint32()),
  "\x94": (machine) => machine.memorise(),
  g: (machine, input) => machine.recall(memoPlace(line(input))),
  h: (machine, input) => machine.recall(input.uint8()),
  j: (machine, input) => machine.recall(input.uint32()),
  "\x95": (_, input) => void input.take(8), // frame length; frames only help buffering

  // Numbers and constants
  N: (machine) => machine.push(null),
  "\x88": (machine) => machine.push(true),
  "\x89": (machine) => machine.push(false),
  I: (machine, input) => machine.push(integerLine(line(input))),
  L: (machine, input) => machine.push(integerLine(line(input).replace(/L$/, ""))),
  J: (machine, input) => machine.push(input.int32()),
  K: (machine, input) => machine.push(input.uint8()),
  M: (machine, input) => machine.push(input.uint16()),
  "\x8a": (machine, input) => machine.push(longInteger(input.take(input.uint8()))),
  "\x8b": (machine, input) => machine.push(longInteger(input.take(input.uint32()))),
  F: (machine, input) => machine.push(Number(line(input))),
  G: (machine, input) => machine.push(bigEndianDouble(input.take(8))),

  // Text and bytes
  S: (machine, input) => machine.push(line(input).replace(/^(['"])(.*)\1$/, "$2")),
  V: (machine, input) => machine.push(line(input)),
  T: (machine, input) => machine.push(text(input.take(input.uint32()))),
  U: (machine, input) => machine.push(text(input.take(input.uint8()))),
  X: (machine, input) => machine.push(text(input.take(input.uint32()))),
  "\x8c": (machine, input) => machine.push(text(input.take(input.uint8()))),
  "\x8d": (machine, input) => machine.push(text(input.take(input.uint64()))),
  B: (machine, input) => machine.push(input.take(input.uint32())),
  C: (machine, input) => machine.push(input.take(input.uint8())),
  "\x8e": (machine, input) => machine.push(input.take(input.uint64())),

  // Containers
  ")": (machine) => machine.push(PickleTuple.empty),
  "\x85": (machine) => machine.push(new PickleTuple([machine.pop()])),
  "\x86": (machine) => pushTuple(machine, 2),
  "\x87": (machine) => pushTuple(machine, 3),
  t: (machine) => machine.push(new PickleTuple(machine.popToMark())),
  "]": (machine) => machine.push([]),
  l: (machine) => machine.push(machine.popToMark()),
  a: (machine) => append(machine, [machine.pop()]),
  e: (machine) => append(machine, machine.popToMark()),
  "}": (machine) => machine.push(new PickleDict()),
  d: (machine) => machine.push(setItems(new PickleDict(), machine.popToMark())),
  s: (machine) => {
    const value = machine.pop();
    const key = machine.pop();
    setItems(machine.top(), [key, value]);
  },
  u: (machine) => {
    const items = machine.popToMark();
    setItems(machine.top(), items);
  },

  // Globals and calls, restricted to an allow-list
  c: (machine, input) => machine.push(machine.world.global(line(input), line(input))),
  "\x93": (machine) => {
    const [name, module] = [machine.pop(), machine.pop()];
    if (typeof module !== "string" || typeof name !== "string")
      throw pytorchError("the pickle names a global by something that is not a string.");
    machine.push(machine.world.global(module, name));
  },
  Q: (machine) => machine.push(machine.world.persistent(machine.pop())),
  R: callFunction,
  "\x81": callFunction,
  b: (machine) => {
    machine.pop();
    // The attributes of a dict, such as the module versions of a state dict, are not weights.
    if (!(machine.top() instanceof PickleDict))
      throw pytorchError("the pickle sets the state of an object; only dicts may have one.");
  },
};

function callFunction(machine: PickleMachine): void {
  const args = machine.pop();
  if (!(args instanceof PickleTuple)) throw pytorchError("the pickle calls a function without a tuple of arguments.");
  machine.call(machine.pop(), args.items);
}

function pushTuple(machine: PickleMachine, count: number): void {
  const items = Array.from({ length: count }, () => machine.pop());
  machine.push(new PickleTuple(items.toReversed()));
}

function append(machine: PickleMachine, items: readonly unknown[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) throw pytorchError("the pickle appends to something that is not a list.");
  for (const item of items) list.push(item);
}

function setItems(dict: unknown, items: readonly unknown[]): unknown {
  if (!(dict instanceof PickleDict)) throw pytorchError("the pickle sets an item of something that is not a dict.");
  if (items.length % 2 !== 0) throw pytorchError("the pickle gives a dict a key without a value.");
  for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
  return dict;
}

function memoPlace(digits: string): number {
  if (!/^\d{1,9}$/.test(digits)) throw pytorchError("the pickle has a memo index that is not a number.");
  return Number(digits);
}

function integerLine(digits: string): number | boolean {
  if (digits === "00" || digits === "01") return digits === "01";
  if (!/^-?\d{1,15}$/.test(digits))
    throw pytorchError("the pickle has an invalid integer, or one with more than 15 digits.");
  return Number(digits);
}

/** Two's complement, little-endian. A BigInt beyond 2^53. */
function longInteger(bytes: Uint8Array): number | bigint {
  if (bytes.length > 16) throw pytorchError(`the pickle has an integer of ${bytes.length} bytes; the maximum is 16.`);
  let value = 0n;
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  value = BigInt.asIntN(8 * bytes.length, value);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function bigEndianDouble(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
}

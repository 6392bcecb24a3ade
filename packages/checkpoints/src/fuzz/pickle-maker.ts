import type { Dice } from "@bertkit/testing/dice";
import { int, text } from "../__fixtures__/pickle-bytes.ts";

/** Parts of a pickle as bytes: text by its characters, a number as one byte. */
export const bytes = (...parts: (string | number | Uint8Array)[]): Buffer =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === "number"
        ? Buffer.of(part)
        : typeof part === "string"
          ? Buffer.from(part, "latin1")
          : Buffer.from(part),
    ),
  );

/** The storages of a valid generated file. */
export const storages = [
  { key: "0", type: "FloatStorage", length: 12, width: 4 },
  { key: "1", type: "LongStorage", length: 6, width: 8 },
  { key: "2", type: "HalfStorage", length: 40, width: 2 },
  { key: "3", type: "BoolStorage", length: 5, width: 1 },
] as const;

const names = ["a", "b", "weight", "bias", "x.y", "0", "", "__proto__", "constructor", "é", "state", "running_mean"];
const globals = [
  "torch\nSize",
  "torch\ndevice",
  "torch\nfloat32",
  "torch\nint64",
  "torch._utils\n_rebuild_tensor_v2",
  "torch._utils\n_rebuild_tensor_v3",
  "torch\nFloatStorage",
  "torch.storage\nUntypedStorage",
  "builtins\neval",
  "os\nsystem",
  "torch.nn.parameter\nParameter",
  "collections\nOrderedDict",
];

/** Generates the opcodes of one pickle: a state dict, mostly as PyTorch would write it. */
export class PickleMaker {
  readonly #dice: Dice;
  readonly used: Set<string> = new Set();
  /** One fault in this many choices; none in a valid pickle. */
  readonly #faults: number;
  #memo = 0;
  #values = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
    this.#faults = dice.pick([0, 400, 100, 25]);
  }

  pickle(root: () => Buffer): Buffer {
    return bytes(0x80, this.#fault() ? this.#dice.integer(0, 9) : 2, root(), this.#fault() ? "" : ".");
  }

  stateDict(): Buffer {
    const dice = this.#dice;
    const items = dice.several(1, 5, (i) => bytes(this.#name(i), dice.once(6) ? this.value(2) : this.tensor()));
    return this.#dict(items);
  }

  value(depth: number): Buffer {
    const dice = this.#dice;
    if (++this.#values > 300) return bytes("N");
    const inner = (): Buffer => this.value(depth - 1);
    const kind = dice.integer(0, depth > 0 ? 12 : 7);
    switch (kind) {
      case 0:
        return dice.pick([bytes("N"), bytes(0x88), bytes(0x89), bytes("I01\n"), bytes("I00\n")]);
      case 1:
        return dice.pick([
          bytes("K", dice.integer(0, 255)),
          bytes("M", dice.integer(0, 255), dice.integer(0, 255)),
          int(dice.integer(-1000, 1000)),
          bytes(`I${dice.integer(-99, 99)}\n`),
          bytes(`L${dice.integer(-99, 99)}L\n`),
        ]) as Buffer;
      case 2: {
        const length = this.#fault() ? dice.integer(0, 40) : dice.integer(0, 16);
        return bytes(0x8a, length, Buffer.from(dice.several(length, length, () => dice.integer(0, 255))));
      }
      case 3:
        return dice.pick([
          bytes("G", Buffer.from(dice.several(8, 8, () => dice.integer(0, 255)))),
          bytes("F1.5\n"),
          bytes("Fnan\n"),
        ]);
      case 4:
        return this.#name(0);
      case 5:
        return dice.pick([bytes("C", 2, "ab"), bytes("B", 2, 0, 0, 0, "ab"), bytes("U", 1, "x"), bytes("S'it'\n")]);
      case 6:
        return this.#memo === 0 ? bytes("N") : bytes("h", this.#place());
      case 7:
        return this.tensor();
      case 8:
        return bytes("(", ...dice.several(0, 4, inner), dice.pick(["t", "l"]));
      case 9:
        return dice.pick([() => bytes(")"), () => bytes(inner(), 0x85), () => bytes(inner(), inner(), 0x86)])();
      case 10:
        return bytes("](", ...dice.several(0, 4, inner), "e");
      case 11:
        return this.#dict(dice.several(0, 4, (i) => bytes(this.#name(i), inner())));
      default:
        return bytes("(", ...dice.several(0, 3, (i) => bytes(this.#name(i), inner())), "d");
    }
  }

  tensor(): Buffer {
    const dice = this.#dice;
    if (this.#fault()) return bytes("c", dice.pick(globals), "\n", this.value(1), dice.pick(["R", "Q", "\x81", "b"]));
    if (this.#memo > 0 && dice.once(20)) return bytes("h", this.#place());
    const { key, type, length } = dice.pick(storages);
    this.used.add(key);
    const shape = dice.pick([[], [1], [2], [2, 2], [3, 2], [5], [0], [1, 1, 4], [0, 3]]);
    const count = shape.reduce((product, axis) => product * axis, 1);
    let step = 1;
    const strides = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= shape[axis]!;
    }
    if (dice.once(4)) strides.reverse();
    const offset = dice.integer(0, Math.max(0, length - count));
    const numbers = (list: readonly number[]): Buffer => bytes("(", ...list.map((value) => this.#number(value)), "t");
    const made = bytes(
      "ctorch._utils\n_rebuild_tensor_v2\n((",
      text("storage"),
      `ctorch\n${this.#fault() ? dice.pick(storages).type : type}\n`,
      text(this.#fault() ? dice.pick(["9", "", "../0", "é"]) : key),
      text("cpu"),
      this.#number(length),
      dice.once(40) ? bytes("(", text("v"), this.#number(1), this.#number(2), "t") : dice.pick(["", "N"]),
      "tQ",
      this.#number(offset),
      numbers(shape),
      numbers(strides),
      0x89,
      "}tR",
    );
    const wrapped = dice.once(8) ? bytes("ctorch._utils\n_rebuild_parameter\n", made, 0x88, "}", 0x87, "R") : made;
    return dice.once(3) ? this.#kept(wrapped) : wrapped;
  }

  #dict(items: readonly Buffer[]): Buffer {
    const dice = this.#dice;
    const empty = dice.once(3) ? bytes("ccollections\nOrderedDict\n)R") : bytes("}");
    const filled = dice.once(2)
      ? bytes(empty, "(", ...items, "u")
      : bytes(empty, ...items.map((item) => bytes(item, "s")));
    return dice.once(10) ? bytes(filled, "}b") : filled;
  }

  #name(i: number): Buffer {
    const dice = this.#dice;
    if (this.#fault()) return this.value(1);
    const name = dice.once(8) ? "n".repeat(dice.pick([60, 200])) : `${dice.pick(names)}${dice.once(12) ? "" : i}`;
    return dice.pick([
      bytes(text(name.slice(0, 100))),
      bytes("X", Buffer.from(Uint32Array.of(Buffer.byteLength(name)).buffer), Buffer.from(name)),
      bytes("V", Buffer.from(name), "\n"),
    ]);
  }

  #number(value: number): Uint8Array {
    return this.#fault()
      ? this.#dice.pick([
          int(-1),
          int(0),
          int(1),
          int(2 ** 31 - 1),
          bytes(0x8a, 8, 255, 255, 255, 255, 255, 255, 31, 0),
          bytes("N"),
        ])
      : int(value);
  }

  #kept(value: Buffer): Buffer {
    const place = this.#memo++;
    if (this.#fault())
      return bytes(value, "r", this.#dice.integer(0, 255), this.#dice.integer(0, 9), 0, this.#dice.pick([0, 255]));
    return this.#dice.pick([bytes(value, "q", place % 256), bytes(value, `p${place}\n`)]);
  }

  #place(): number {
    return this.#fault() ? this.#dice.integer(0, 255) : this.#dice.integer(0, Math.min(255, this.#memo - 1));
  }

  #fault(): boolean {
    return this.#faults > 0 && this.#dice.once(this.#faults);
  }
}

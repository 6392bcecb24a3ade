import type { Dice } from "@bertkit/testing/dice";
import { text, zip } from "../__fixtures__/pickle-bytes.ts";
import { bytes, PickleMaker, storages } from "./pickle-maker.ts";

/** A torch.save zip file: mostly valid, sometimes with faults in the pickle, the files or the directory. */
export function generatedZip(dice: Dice): Uint8Array {
  const maker = new PickleMaker(dice);
  const pickle = maker.pickle(() => maker.stateDict());
  const faults = dice.once(4) ? 6 : 1000;
  const folder = dice.once(faults) ? dice.pick(["", "a/b/", "../"]) : "archive/";
  const files = [{ name: `${folder}data.pkl`, bytes: new Uint8Array(pickle) }];
  for (const { key, length, width } of storages) {
    if (dice.once(faults) || (!maker.used.has(key) && dice.once(2))) continue;
    const size = length * width + (dice.once(faults) ? dice.integer(-4, 4) : 0);
    files.push({
      name: `${folder}data/${key}`,
      bytes: Uint8Array.from(dice.several(size, size, () => dice.integer(0, 255))),
    });
  }
  if (dice.once(4))
    files.splice(dice.integer(0, files.length), 0, {
      name: `${folder}byteorder`,
      bytes: Buffer.from(dice.once(faults) ? "big" : "little"),
    });
  if (dice.once(faults)) files.push({ ...dice.pick(files) });
  return zip(
    files.map((file) => ({
      ...file,
      ...(dice.once(faults) && { method: 8 }),
      ...(dice.once(faults) && { crc: dice.integer(0, 2 ** 32 - 1) }),
      ...(dice.once(faults) && { size: dice.pick([0, 1, 2 ** 32 - 1, 2 ** 31, 100]) }),
      ...(dice.once(faults) && { header: dice.pick([0, 1, 2 ** 32 - 1, 100]) }),
    })),
  );
}

const magic = bytes(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19);

/** The same in the legacy format of torch.save. */
export function generatedLegacy(dice: Dice): Uint8Array {
  const maker = new PickleMaker(dice);
  const faults = dice.once(4) ? 6 : 1000;
  const state = maker.pickle(() => maker.stateDict());
  const listed = storages.filter(({ key }) => maker.used.has(key) !== dice.once(faults));
  const header = [
    magic,
    bytes("M", 0xe9, 0x03),
    bytes("}", text("little_endian"), dice.once(faults) ? 0x89 : 0x88, "s"),
  ].map((part) => bytes(0x80, 2, dice.once(faults) ? maker.value(2) : part, "."));
  const keys = bytes(
    0x80,
    2,
    "](",
    ...listed.map(({ key }) => text(dice.once(faults) ? dice.pick(["0", "9"]) : key)),
    "e.",
  );
  const data = listed.map(({ length, width }) => {
    const head = Buffer.alloc(8);
    head.writeBigUInt64LE(BigInt(dice.once(faults) ? dice.pick([0, 1, 2 ** 53 - 1, 2 ** 31]) : length));
    return bytes(head, Buffer.alloc(length * width + (dice.once(faults) ? dice.integer(0, 4) - 2 * width : 0), 1));
  });
  const file = bytes(...header, state, keys, ...data);
  return Uint8Array.from(dice.once(faults) ? file.subarray(0, dice.integer(0, file.length)) : file);
}

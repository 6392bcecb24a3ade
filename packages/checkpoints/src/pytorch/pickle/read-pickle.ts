import type { ByteCursor } from "../../binary/byte-cursor.ts";
import { pytorchError } from "../pytorch-error.ts";
import { PickleMachine } from "./pickle-machine.ts";
import { pickleOpcodes } from "./pickle-opcodes.ts";
import type { PickleWorld } from "./pickle-values.ts";

const proto = 0x80;
const stop = 0x2e;
const operations = Array.from({ length: 256 }, (_, code) => pickleOpcodes[String.fromCharCode(code)]);

/**
 * Reads one pickle from where the cursor stands, which then stands behind it. Only `world` decides what it can name.
 * Time is linear in its length, memory about 140 times it at most (a byte makes an empty dict), and never for more
 * than four million values, which take some 350 MB. Throws a CheckpointError for whatever is not data, `OutOfBytes` at the
 * end of the bytes.
 */
export function readPickle(input: ByteCursor, world: PickleWorld): unknown {
  const machine = new PickleMachine(world);
  for (;;) {
    const start = input.position;
    const code = input.uint8();
    if (code === stop) return machine.pop();
    if (code === proto) {
      const version = input.uint8();
      if (version > 5) throw pytorchError(`the pickle is of protocol ${version}; this reads up to 5.`);
      continue;
    }
    const operation = operations[code];
    if (!operation)
      throw pytorchError(
        `the pickle has opcode 0x${code.toString(16).padStart(2, "0")} at byte ${start}, which makes more than data. Save the state dict alone, or as safetensors.`,
      );
    operation(machine, input);
  }
}

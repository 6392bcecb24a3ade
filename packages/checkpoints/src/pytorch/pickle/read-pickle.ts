import type { ByteCursor } from "../../binary/byte-cursor.ts";
import { pytorchError } from "../pytorch-error.ts";
import { PickleMachine } from "./pickle-machine.ts";
import { pickleOpcodes } from "./pickle-opcodes.ts";
import type { PickleWorld } from "./pickle-values.ts";

const proto = 0x80;
const stop = 0x2e;
const operations = Array.from({ length: 256 }, (_, code) => pickleOpcodes[String.fromCharCode(code)]);

/**
 * Reads one pickle at the cursor, and moves the cursor to its end. Only `world` decides what it can name. Time is
 * linear in the length; memory is at most about 140 times the length (one byte makes an empty dict), and limited to
 * four million values, about 350 MB. Throws a CheckpointError on anything that is not data, and `OutOfBytes` if the
 * bytes end early.
 */
export function readPickle(input: ByteCursor, world: PickleWorld): unknown {
  const machine = new PickleMachine(world);
  for (;;) {
    const start = input.position;
    const code = input.uint8();
    if (code === stop) return machine.pop();
    if (code === proto) {
      const version = input.uint8();
      if (version > 5) throw pytorchError(`the pickle has protocol ${version}; supported are 0 to 5.`);
      continue;
    }
    const operation = operations[code];
    if (!operation)
      throw pytorchError(
        `the pickle has opcode 0x${code.toString(16).padStart(2, "0")} at byte ${start}, which builds more than plain data. Save only the state dict, or save it as safetensors.`,
      );
    operation(machine, input);
  }
}

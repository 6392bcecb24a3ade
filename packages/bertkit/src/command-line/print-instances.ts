import { once } from "node:events";
import { encodeBlock } from "../data/encoded-block.ts";
import { InstanceMaker } from "../data/instance-maker.ts";
import type { InstanceSettings } from "../data/instance-settings.ts";
import { type DataValues, encodingOf } from "./data-command-options.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Prints the instances of files, or of standard input. */
export async function printInstances(
  values: DataValues,
  settings: InstanceSettings,
  operands: readonly string[],
  { stdin, stdout }: Terminal,
): Promise<void> {
  const { to: format = "jsonl" } = values;
  if (format === "parquet") throw new UsageError("--to parquet needs --out FOLDER");
  const maker = await InstanceMaker.open(operands.length > 0 ? operands : [stdin], settings);
  const encoding = encodingOf(values, settings, format, maker.tokenizer.special.padding.id);
  const decoder = new TextDecoder();
  let count = 0;
  for (let group = 0; group < maker.groups; group++)
    for await (const instances of maker.blocks(0, group)) {
      count += instances.length;
      const { bytes } = encodeBlock(instances, encoding);
      const flows = stdout.write(format === "jsonl" ? decoder.decode(bytes) : bytes);
      if (flows === false && "once" in stdout) await once(stdout as unknown as NodeJS.WritableStream, "drain");
    }
  if (count === 0) throw new Error("there is no text, so there are no instances. Check --layout and --field.");
}

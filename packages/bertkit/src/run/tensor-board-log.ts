import { appendFileSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { checkObject, checkText, checkValue, wholeNumber, type Rule } from "@bertkit/checks";
import { tfrecord } from "@bertkit/datasets";

/** TensorBoard shows a loss that is not finite. */
const anyNumber: Rule = { is: "a number", holds: (value) => typeof value === "number", error: TypeError };

const eventFiles = "events.out.tfevents.";

/** Number of files of this process, for their names. */
let opened = 0;

/**
 * Scalars in an event file that TensorBoard opens: TFRecords of `Event` messages, as in
 * tensorboard/compat/proto/event.proto and summary.proto.
 */
export class TensorBoardLog {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Starts a new event file in a folder, beside those of earlier processes.
   *
   * @param step the last step that was done; TensorBoard drops events of later steps in older files of the folder
   */
  static async open(folder: string, step = 0): Promise<TensorBoardLog> {
    checkText("TensorBoardLog", "folder", folder, "Pass a directory's path.");
    checkValue("TensorBoardLog", "step", step, wholeNumber(), "Pass the number of steps done.");
    await mkdir(folder, { recursive: true });
    const isFirst = !(await readdir(folder)).some((name) => name.startsWith(eventFiles));
    const seconds = Math.floor(Date.now() / 1000);
    const name = `${eventFiles}${String(seconds).padStart(10, "0")}.${hostname()}.${process.pid}.${opened++}.v2`;
    const log = new TensorBoardLog(join(folder, name));
    log.#append(0, text(3, "brain.Event:2"));
    // SessionLog START: in older files, events of this step and later ones are from a run that was interrupted or discarded.
    if (step > 0 || !isFirst) log.#append(step + 1, message(7, varintField(1, 1)));
    return log;
  }

  /** Adds numbers of a step, each as `GROUP/NAME`. @throws Error if the file cannot be written */
  add(group: string, step: number, values: Readonly<Record<string, number>>): void {
    checkText("TensorBoardLog.add", "group", group);
    checkValue("TensorBoardLog.add", "step", step, wholeNumber(), "Pass the number of steps done.");
    checkObject("TensorBoardLog.add", "values", values, "numbers by name");
    for (const [name, value] of Object.entries(values)) checkValue("TensorBoardLog.add", name, value, anyNumber);
    const scalars = Object.entries(values).map(([name, value]) =>
      message(1, bytes([...text(1, `${group}/${name}`), ...floatField(2, value)])),
    );
    this.#append(step, message(5, bytes(scalars.flatMap((scalar) => [...scalar]))));
  }

  #append(step: number, what: Uint8Array): void {
    const event = bytes([...doubleField(1, Date.now() / 1000), ...varintField(2, step), ...what]);
    appendFileSync(this.path, tfrecord(event));
  }
}

// Protocol Buffers' wire format: the field's number and type, then the value.
const [varintType, doubleType, bytesType, floatType] = [0, 1, 2, 5];

function bytes(values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

function varint(value: number): number[] {
  const found: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...found, rest];
    found.push((rest % 128) + 128);
  }
}

function varintField(field: number, value: number): Uint8Array {
  return bytes([...varint(8 * field + varintType!), ...varint(value)]);
}

function message(field: number, content: Uint8Array): Uint8Array {
  return bytes([...varint(8 * field + bytesType!), ...varint(content.length), ...content]);
}

function text(field: number, value: string): Uint8Array {
  return message(field, new TextEncoder().encode(value));
}

function floatField(field: number, value: number): Uint8Array {
  return bytes([...varint(8 * field + floatType!), ...new Uint8Array(Float32Array.of(value).buffer)]);
}

function doubleField(field: number, value: number): Uint8Array {
  return bytes([...varint(8 * field + doubleType!), ...new Uint8Array(Float64Array.of(value).buffer)]);
}

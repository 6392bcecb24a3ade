import { CheckpointError } from "../checkpoint-error.ts";

/** Runs what reads a file, and names the file in a CheckpointError about its form that does not name it yet. */
export async function inFile<T>(label: string | undefined, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const aboutForm = CheckpointError.isInstance(error) && error.code !== "NAMES" && error.code !== "FOLDER";
    if (label === undefined || !aboutForm || error.message.includes(label)) throw error;
    throw new CheckpointError(
      error.code,
      error.message.replace(/^(?:\w+: )?/, (format) => `${format}${label}: `),
      { cause: error.cause },
    );
  }
}

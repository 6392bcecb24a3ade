import { CheckpointError } from "../checkpoint-error.ts";

/** Runs `read`, and adds the file's name to a CheckpointError about the file's format if it is missing. */
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

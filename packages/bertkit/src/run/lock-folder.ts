import { join } from "node:path";
import { type ProcessLock, takeLock } from "@bertkit/checkpoints/node";
import { RunFolderError } from "./run-folder-error.ts";

/**
 * The lock of a folder of a training run or of shards: one process writes there at a time.
 * @throws RunFolderError if another process has it; CheckpointError if the folder cannot be written
 */
export async function lockFolder(path: string): Promise<ProcessLock> {
  const file = join(path, "run.lock");
  const taken = await takeLock(file);
  if (!("holder" in taken)) return taken;
  const { pid, host, since } = taken.holder;
  const who = pid === undefined ? "another process" : `process ${pid} on ${host}, since ${since}`;
  throw new RunFolderError(
    "LOCKED",
    `${path} is in use by ${who}. Wait for it, stop it, or choose another folder; if it no longer runs, remove ${file}.`,
  );
}

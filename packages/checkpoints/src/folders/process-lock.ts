import { checkText } from "@bertkit/checks";
import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { link, open, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { isAbsence } from "./file-error.ts";
import { isRunning, processToken } from "./process-token.ts";
import { temporaryPath } from "./temporary-file.ts";
import { writeError } from "./write-error.ts";

/** The holder of a lock. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** When it acquired the lock, ISO 8601. */
  readonly since: string;
}

/** A lock that this process holds. */
export interface ProcessLock {
  readonly path: string;
  /** Whether the lock file is still this lock's: someone may have removed it. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
  /** Synchronous `release`, for a process that is about to exit. */
  releaseNow(): void;
}

interface LockFile extends LockHolder {
  readonly process: string;
  readonly id: string;
}

/**
 * Acquires a lock: a file that names its holder. The lock of a dead process is taken over at once; that of a process
 * which may be running elsewhere never is. There is no heartbeat, so a stopped process, or one that computes for
 * minutes, keeps its lock.
 *
 * @returns the lock, or its holder, without fields if the lock file is unreadable
 * @throws CheckpointError if the file cannot be written
 */
export async function takeLock(path: string): Promise<ProcessLock | { holder: Partial<LockHolder> }> {
  checkText("takeLock", "path", path, "Pass the lock file's path.");
  const since = new Date().toISOString();
  const own: LockFile = { pid: process.pid, host: hostname(), since, process: processToken(), id: randomUUID() };
  for (;;) {
    if (await create(path, `${JSON.stringify(own)}\n`)) return lockOf(path, own.id);
    const found = await read(path);
    if (found === undefined) continue; // released meanwhile
    if (found.process === undefined || isRunning(found.process) !== false) return { holder: found };
    // Only the holder of the takeover lock may remove the lock, and only if it still belongs to the dead process.
    const takeover = await takeLock(`${path}.takeover`);
    if ("holder" in takeover) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      continue;
    }
    try {
      if ((await read(path))?.id === found.id) await rm(path, { force: true });
    } finally {
      await takeover.release();
    }
  }
}

function lockOf(path: string, id: string): ProcessLock {
  const isHeld = async (): Promise<boolean> => (await read(path))?.id === id;
  return {
    path,
    isHeld,
    async release() {
      // If this fails, the next process finds the holder dead and tries again.
      if (await isHeld().catch(() => false)) await rm(path, { force: true }).catch(() => {});
    },
    releaseNow() {
      try {
        if (parse(readFileSync(path, "utf8")).id === id) rmSync(path, { force: true });
      } catch {
        // Already removed, or not removable: the next process finds the holder dead.
      }
    },
  };
}

/** Creates the file together with its content, unless it exists. */
async function create(path: string, text: string): Promise<boolean> {
  const temporary = temporaryPath(path);
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    try {
      await link(temporary, path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(code)) throw error;
      await writeFile(path, text, { flag: "wx" }); // a file system without links
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw writeError(path, error);
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

/** The content of the file; empty if damaged, undefined if it does not exist. */
async function read(path: string): Promise<Partial<LockFile> | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw writeError(path, error);
  }
  return parse(text);
}

function parse(text: string): Partial<LockFile> {
  try {
    const file = JSON.parse(text) as LockFile;
    return typeof file === "object" && typeof file?.process === "string" ? file : {};
  } catch {
    return {};
  }
}

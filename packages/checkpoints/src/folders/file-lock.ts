import { randomUUID } from "node:crypto";
import { link, open, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { sleep } from "../http/retries.ts";
import { codeOf, isAbsence } from "./file-error.ts";
import { makeFolder } from "./make-folder.ts";
import { isRunning, type ProcessToken, processToken } from "./process-token.ts";
import { temporaryPath } from "./temporary-file.ts";

/** The holder of a lock, according to its file; unknown fields are undefined. */
export interface LockHolder {
  readonly pid?: number;
  readonly process?: ProcessToken;
  /** Unique for each acquisition of the lock. */
  readonly id?: string;
  /** When it was acquired, as an ISO date. */
  readonly since?: string;
}

export interface FileLockOptions {
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
  /** Called once if another process holds the lock. */
  readonly onWait?: ((holder: LockHolder) => void) | undefined;
  /**
   * Milliseconds without a heartbeat after which a holder on another machine or in another container, which cannot be
   * looked up, counts as dead. Default 15,000; a living holder sends a heartbeat every 2,000.
   */
  readonly deadAfter?: number;
}

/** An acquired lock. */
export interface FileLock {
  /** Releases it, unless another process has taken it over. */
  release(): Promise<void>;
}

const poll = 50;
const renewed = 2_000;
const longSilence = 15_000;

/** Runs `work` while holding a lock. */
export async function withFileLock<T>(path: string, work: () => Promise<T>, options: FileLockOptions = {}): Promise<T> {
  const lock = await acquireFileLock(path, options);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/**
 * Acquires a lock file. Waits while a living process holds it, even a stopped one. The lock of a dead process is taken
 * over: at once if this system can look the process up, else when the file has not changed for a while, by this
 * machine's clock. Throws the signal's reason, and file system errors.
 */
export async function acquireFileLock(
  path: string,
  { signal, onWait, deadAfter = longSilence }: FileLockOptions = {},
): Promise<FileLock> {
  await makeFolder(dirname(path));
  const id = randomUUID();
  let watched: { state: string; since: number } | undefined;
  let notified = false;
  for (;;) {
    signal?.throwIfAborted();
    if (await create(path, { id, pid: process.pid, process: processToken(), since: new Date().toISOString() }))
      return held(path, id);
    const found = await look(path);
    if (!found) continue; // just released
    const state = `${found.id}:${found.modified}`;
    if (watched?.state !== state) watched = { state, since: performance.now() };
    const running = found.holder.process === undefined ? undefined : isRunning(found.holder.process);
    const dead = running === undefined ? performance.now() - watched.since > deadAfter : !running;
    if (dead && (await takeAway(path, state))) continue;
    if (!notified && !dead) onWait?.(found.holder);
    notified ||= !dead;
    await sleep(poll, signal);
  }
}

function held(path: string, id: string): FileLock {
  const renew = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), renewed);
  renew.unref();
  return {
    async release() {
      clearInterval(renew);
      const found = await look(path).catch(() => undefined);
      if (found?.holder.id === id) await rm(path, { force: true });
    },
  };
}

/** Creates the file together with its content; false if it exists. */
async function create(path: string, holder: LockHolder): Promise<boolean> {
  const temporary = temporaryPath(path);
  try {
    await writeFile(temporary, JSON.stringify(holder), { flag: "wx" });
    await link(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(codeOf(error) ?? "")) throw error;
    return await createWithoutLinks(path, holder);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function createWithoutLinks(path: string, holder: LockHolder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(holder), { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

interface Found {
  readonly holder: LockHolder;
  readonly id: string;
  readonly modified: number;
}

/** The lock's holder; undefined if it is free. */
async function look(path: string): Promise<Found | undefined> {
  try {
    const [text, { mtimeMs, ino }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    const holder = parseHolder(text);
    return { holder, id: holder.id ?? `file ${ino}`, modified: mtimeMs };
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

function parseHolder(text: string): LockHolder {
  try {
    const value = JSON.parse(text) as LockHolder | null;
    return typeof value === "object" && typeof value?.process === "string" ? value : {};
  } catch {
    return {}; // from another program, or truncated: only the heartbeat shows whether its holder lives
  }
}

/**
 * Removes the file of a dead holder. A second lock file keeps other processes from doing the same while the first is
 * checked again. False if another process is doing it.
 */
async function takeAway(path: string, state: string): Promise<boolean> {
  const guard = `${path}.${state.replaceAll(/[^\w.-]/g, "-")}.over`;
  try {
    await (await open(guard, "wx")).close();
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    // It is held only for two calls, so an old one was left by a process that died between them.
    const { mtimeMs } = await stat(guard).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > longSilence) await rm(guard, { force: true });
    return false;
  }
  try {
    const found = await look(path);
    if (found && `${found.id}:${found.modified}` === state) await rm(path, { force: true });
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

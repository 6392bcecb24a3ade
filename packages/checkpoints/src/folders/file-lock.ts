import { randomUUID } from "node:crypto";
import { link, open, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { sleep } from "../http/retries.ts";
import { codeOf, isAbsence } from "./file-error.ts";
import { makeFolder } from "./make-folder.ts";
import { isRunning, type ProcessToken, processToken } from "./process-token.ts";

/** Who holds a lock, as its file says; undefined fields where it says nothing. */
export interface LockHolder {
  readonly pid?: number;
  readonly process?: ProcessToken;
  /** Names this holding of the lock and no other. */
  readonly id?: string;
  /** When it was taken, as an ISO date. */
  readonly since?: string;
}

export interface FileLockOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Called once where another process is waited for. */
  readonly onWait?: ((holder: LockHolder) => void) | undefined;
  /**
   * Milliseconds without a sign of life after which a holder is dead that cannot be looked up, being on another machine
   * or in another container. Default 15,000; a living one gives a sign every 2,000.
   */
  readonly deadAfter?: number;
}

/** A lock that is held. */
export interface FileLock {
  /** Gives it back; never another process's. */
  release(): Promise<void>;
}

const poll = 50;
const renewed = 2_000;
const longSilence = 15_000;

/** Does some work while no other process does the same. */
export async function withFileLock<T>(path: string, work: () => Promise<T>, options: FileLockOptions = {}): Promise<T> {
  const lock = await takeFileLock(path, options);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/**
 * Takes the lock that a file stands for; waits while a living process holds it, stopped or suspended ones included. One
 * whose holder died is taken over: at once where this system can look the holder up, else after a silence that is
 * measured by watching the file, whatever its clock says. Throws the signal's reason, and errors of the file system.
 */
export async function takeFileLock(
  path: string,
  { signal, onWait, deadAfter = longSilence }: FileLockOptions = {},
): Promise<FileLock> {
  await makeFolder(dirname(path));
  const id = randomUUID();
  let watched: { state: string; since: number } | undefined;
  let told = false;
  for (;;) {
    signal?.throwIfAborted();
    if (await create(path, { id, pid: process.pid, process: processToken(), since: new Date().toISOString() }))
      return held(path, id);
    const found = await look(path);
    if (!found) continue; // given back just now
    const state = `${found.id}:${found.modified}`;
    if (watched?.state !== state) watched = { state, since: performance.now() };
    const running = found.holder.process === undefined ? undefined : isRunning(found.holder.process);
    const dead = running === undefined ? performance.now() - watched.since > deadAfter : !running;
    if (dead && (await takeAway(path, state))) continue;
    if (!told && !dead) onWait?.(found.holder);
    told ||= !dead;
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

/** Makes the file with its content at once, so that nobody sees it without; false where there is one. */
async function create(path: string, holder: LockHolder): Promise<boolean> {
  const temporary = `${path}.${holder.id}.tmp`;
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

/** The lock's holder; undefined where nobody holds it. */
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
    return {}; // of another program, or cut short: only watching it tells
  }
}

/**
 * Removes a dead holder's file, which nobody else does at the same time: a second file, made for this one holding,
 * keeps others from it while the first is looked at once more. False where somebody else is at it.
 */
async function takeAway(path: string, state: string): Promise<boolean> {
  const guard = `${path}.${state.replaceAll(/[^\w.-]/g, "-")}.over`;
  try {
    await (await open(guard, "wx")).close();
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    // It is held for the time of two calls; whoever left it died between them.
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

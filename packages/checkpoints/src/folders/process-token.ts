import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Identifies a process in file names and locks: `pid-start-host-boot-namespace`. The start time distinguishes a process
 * from a later one with the same id; the other parts show whether this machine can look up the process. Without /proc
 * the start is 0.
 */
export type ProcessToken = string;

/** Regular expression source of a token. */
export const tokenPattern = "\\d+-\\d+-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}";

let own: ProcessToken | undefined;

/** The token of this process. */
export function processToken(): ProcessToken {
  return (own ??= [process.pid, statusOf(process.pid)?.start ?? 0, ...machineIds()].join("-"));
}

/**
 * Whether the process is running or stopped; undefined if it cannot be known: on another machine, in another container,
 * or without /proc, where a later process may have the same id. A zombie counts as dead.
 */
export function isRunning(token: ProcessToken): boolean | undefined {
  if (token === processToken()) return true;
  const [pid, start, host, boot, space] = token.split("-") as [string, string, string, string, string];
  const [ownHost, ownBoot, ownSpace] = machineIds();
  if (host !== ownHost) return undefined;
  if (boot !== ownBoot) return false;
  if (space !== ownSpace) return undefined;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const status = statusOf(Number(pid));
  if (status?.ended === true) return false;
  return status === undefined || start === "0" ? undefined : status.start === Number(start);
}

/** Start time in clock ticks since boot, and whether it has ended; undefined if the system does not provide them. */
function statusOf(pid: number): { start: number; ended: boolean } | undefined {
  const fields = readOr(() => readFileSync(`/proc/${pid}/stat`, "latin1"))
    ?.split(") ")
    .at(-1)!
    .split(" ");
  return fields && { start: Number(fields[19]), ended: /[ZX]/.test(fields[0]!) };
}

/** The machine, its boot and its process id namespace, each as eight hex digits. */
function machineIds(): readonly [string, string, string] {
  const machine = readOr(() => readFileSync("/etc/machine-id", "latin1")) ?? "";
  const boot = readOr(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1")) ?? "";
  const space = readOr(() => readlinkSync("/proc/self/ns/pid")) ?? "";
  return [short(`${hostname()} ${machine}`), short(boot), short(space)];
}

function short(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function readOr(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

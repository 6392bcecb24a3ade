import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { codeOf } from "./file-error.ts";

/** What tells a process from every other, also from a later one of the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, in the system's own count; "" where the system does not tell. */
  readonly started: string;
  /** The machine, its start and the container whose numbers `pid` is of: only there can the process be looked up. */
  readonly place: string;
}

let own: Promise<ProcessIdentity> | undefined;

/** Who this process is. */
export function thisProcess(): Promise<ProcessIdentity> {
  return (own ??= identify());
}

/**
 * Whether a process runs, stopped ones included; undefined where it cannot be looked up from here, or could be a later
 * one of the same number.
 */
export async function isRunning({ pid, started, place }: Partial<ProcessIdentity>): Promise<boolean | undefined> {
  if (pid === undefined || !Number.isInteger(pid) || pid < 1 || place !== (await thisProcess()).place) return undefined;
  try {
    process.kill(pid, 0); // sends nothing
  } catch (error) {
    if (codeOf(error) === "ESRCH") return false; // otherwise it runs, as another user's
  }
  const { start, state } = await statusOf(pid);
  if (state === "Z" || state === "X") return false; // killed, and not yet waited for by its parent
  return start === "" || !started ? undefined : start === started;
}

async function identify(): Promise<ProcessIdentity> {
  const text = (file: string): Promise<string> => readFile(file, "utf8").catch(() => "");
  const [boot, container, { start }] = await Promise.all([
    text("/proc/sys/kernel/random/boot_id"),
    readlink("/proc/self/ns/pid").catch(() => ""),
    statusOf(process.pid),
  ]);
  return { pid: process.pid, started: start, place: `${hostname()} ${boot.trim()} ${container}`.trim() };
}

/** From Linux's /proc; empty elsewhere. */
async function statusOf(pid: number): Promise<{ start: string; state: string }> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may have spaces
  return { state: fields[0] ?? "", start: fields[19] ?? "" };
}

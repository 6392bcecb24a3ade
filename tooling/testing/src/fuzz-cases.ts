import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Dice } from "./dice.ts";

/** A generator of inputs and their reader. A module exports them as `targets`. */
export interface FuzzTarget {
  readonly name: string;
  /** Generates a case, determined by the dice. */
  readonly make: (dice: Dice) => unknown;
  /**
   * Reads it, and throws if the result is inconsistent. An error of a class that the test does not allow is a fault.
   */
  readonly read: (input: never) => unknown;
}

/** Type-checks a target. */
export function fuzzTarget<Input>(
  name: string,
  make: (dice: Dice) => Input,
  read: (input: Input) => unknown,
): FuzzTarget {
  return { name, make, read };
}

/** The outcome of a target's cases. */
export interface FuzzOutcome {
  read: number;
  rejected: number;
  /** CPU time of the slowest case in milliseconds. */
  slowest: number;
  /** Peak memory of the process in bytes. */
  memory: number;
  /** Each names the seed and the case. */
  faults: string[];
}

/** Limits of CPU time and memory per case and process. Cases have some thousand bytes. */
export const fuzzLimits: Readonly<
  Record<"cpuMilliseconds" | "silentSeconds" | "heapMegabytes" | "arrayBytes" | "processBytes", number>
> = {
  cpuMilliseconds: 2000,
  /** A process without output for this long is killed. */
  silentSeconds: 60,
  heapMegabytes: 160,
  arrayBytes: 16 << 20,
  processBytes: 1 << 30,
};

export interface FuzzRun {
  seed: number;
  cases: number;
  /** The allowed error classes. */
  errors: readonly string[];
  silentSeconds?: number;
}

/** The run stops after this many faults. */
export const maxFaults = 10;

/**
 * Runs cases of a target in a separate process with a limited heap and a watchdog. A case that crashes or hangs the
 * process is a fault; the next case runs in another process.
 */
export async function runFuzz(
  module: URL,
  target: number,
  { seed, cases, errors, silentSeconds = fuzzLimits.silentSeconds }: FuzzRun,
): Promise<FuzzOutcome> {
  const outcome: FuzzOutcome = { read: 0, rejected: 0, slowest: 0, memory: 0, faults: [] };
  let next = 0;
  while (next < cases && outcome.faults.length < maxFaults) {
    const end = await runFrom([module.href, target, seed, next, cases, errors.join()], silentSeconds, (line) => {
      if (/^\d+$/.test(line)) next = Number(line);
      else if (line.startsWith("{")) {
        const { read, rejected, slowest, memory } = JSON.parse(line) as FuzzOutcome;
        outcome.read += read;
        outcome.rejected += rejected;
        outcome.slowest = Math.max(outcome.slowest, slowest);
        outcome.memory = Math.max(outcome.memory, memory);
        next = cases;
      } else outcome.faults.push(line);
    });
    if (next < cases && outcome.faults.length < maxFaults) outcome.faults.push(`seed ${seed}, case ${next++}: ${end}`);
  }
  return outcome;
}

function runFrom(
  words: readonly (string | number)[],
  silentSeconds: number,
  onLine: (line: string) => void,
): Promise<string> {
  const program = fileURLToPath(new URL("run-fuzz.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${fuzzLimits.heapMegabytes}`, "--import", "tsx", program, ...words.map(String)],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let hung = false;
  const stop = (): void => {
    hung = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(stop, 1000 * silentSeconds);
  createInterface(child.stdout).on("line", (line) => {
    clearTimeout(timer);
    timer = setTimeout(stop, 1000 * silentSeconds);
    onLine(line);
  });
  let stderr = "";
  child.stderr.on("data", (data: Buffer) => (stderr = (stderr + String(data)).slice(-2000)));
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const why = /FATAL ERROR: .*/.exec(stderr)?.[0] ?? stderr.trim().slice(0, 500);
      resolve(hung ? `hung for ${silentSeconds} seconds` : `died: ${signal ?? `exit ${code}`} ${why}`);
    });
  });
}

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Dice } from "./dice.ts";

/** Generated inputs of one kind, and what reads them. A module of them exports `targets`. */
export interface FuzzTarget {
  readonly name: string;
  /** Builds a case; the same dice give the same one. */
  readonly make: (dice: Dice) => unknown;
  /** Reads it. An error of any other class than the test allows is a fault, and so is what `make` gives being read to something inconsistent. */
  readonly read: (input: never) => unknown;
}

/** Checks the types of a target's two halves. */
export function fuzzTarget<Input>(
  name: string,
  make: (dice: Dice) => Input,
  read: (input: Input) => unknown,
): FuzzTarget {
  return { name, make, read };
}

/** What the cases of a target did. */
export interface FuzzOutcome {
  read: number;
  refused: number;
  /** Milliseconds of the processor that the slowest case took. */
  slowest: number;
  /** Bytes that the process had at most. */
  memory: number;
  /** Each names the seed and the case. */
  faults: string[];
}

/** What a case may take of the processor and of memory, and its process of both. Cases are some thousand bytes. */
export const fuzzLimits: Readonly<
  Record<"cpuMilliseconds" | "silentSeconds" | "heapMegabytes" | "arrayBytes" | "processBytes", number>
> = {
  cpuMilliseconds: 2000,
  /** A process that says nothing for so long is ended. */
  silentSeconds: 60,
  heapMegabytes: 160,
  arrayBytes: 16 << 20,
  processBytes: 1 << 30,
};

export interface FuzzRun {
  seed: number;
  cases: number;
  /** The classes that a refusal may have. */
  errors: readonly string[];
  silentSeconds?: number;
}

/** A process ends after so many, and the run with it. */
export const mostFaults = 10;

/**
 * Runs cases of a target in a process of its own with a bounded heap and a watchdog; where a case ends or hangs the process
 * that is a fault, and the next case runs in another.
 */
export async function runFuzz(
  module: URL,
  target: number,
  { seed, cases, errors, silentSeconds = fuzzLimits.silentSeconds }: FuzzRun,
): Promise<FuzzOutcome> {
  const outcome: FuzzOutcome = { read: 0, refused: 0, slowest: 0, memory: 0, faults: [] };
  let next = 0;
  while (next < cases && outcome.faults.length < mostFaults) {
    const end = await runFrom([module.href, target, seed, next, cases, errors.join()], silentSeconds, (line) => {
      if (/^\d+$/.test(line)) next = Number(line);
      else if (line.startsWith("{")) {
        const { read, refused, slowest, memory } = JSON.parse(line) as FuzzOutcome;
        outcome.read += read;
        outcome.refused += refused;
        outcome.slowest = Math.max(outcome.slowest, slowest);
        outcome.memory = Math.max(outcome.memory, memory);
        next = cases;
      } else outcome.faults.push(line);
    });
    if (next < cases && outcome.faults.length < mostFaults) outcome.faults.push(`seed ${seed}, case ${next++}: ${end}`);
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
  let said = "";
  child.stderr.on("data", (data: Buffer) => (said = (said + String(data)).slice(-2000)));
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const why = /FATAL ERROR: .*/.exec(said)?.[0] ?? said.trim().slice(0, 500);
      resolve(hung ? `hung for ${silentSeconds} seconds` : `died: ${signal ?? `exit ${code}`} ${why}`);
    });
  });
}

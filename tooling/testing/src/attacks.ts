import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A malicious input, built in a few lines, and its reader. A module exports them as `attacks`. */
export interface Attack {
  readonly name: string;
  /** Builds the input; not measured. */
  readonly build: () => unknown;
  readonly read: (input: never) => unknown;
  /** The expected error message; undefined if reading succeeds. */
  readonly rejected?: RegExp;
}

/** Type-checks an attack. */
export function attack<Input>(
  name: string,
  build: () => Input,
  read: (input: Awaited<Input>) => unknown,
  rejected?: RegExp,
): Attack {
  return { name, build, read, ...(rejected && { rejected }) };
}

/** The outcome of an attack. */
export interface AttackOutcome {
  /** "read", "rejected", or how the process ended. */
  readonly end: string;
  /** Class and message of the error, if rejected. */
  readonly error?: string;
  readonly message?: string;
  readonly milliseconds?: number;
}

/** Limits per attack: far more than needed on a busy machine, far less than the attacks once took. */
const limits = { megabytes: 512, seconds: 60 };

/**
 * Runs a module's attacks one after another in a separate process with a limited heap. An attack that exhausts memory
 * or hangs ends the process and is reported by name; the rest run in another process.
 */
export async function runAttacks(module: URL, attacks: readonly Attack[]): Promise<Map<string, AttackOutcome>> {
  const outcomes = new Map<string, AttackOutcome>();
  while (outcomes.size < attacks.length) {
    const end = await runFrom(module, outcomes.size, (outcome) => {
      outcomes.set(attacks[outcomes.size]!.name, outcome);
    });
    if (outcomes.size < attacks.length) outcomes.set(attacks[outcomes.size]!.name, { end });
  }
  return outcomes;
}

function runFrom(module: URL, first: number, onOutcome: (outcome: AttackOutcome) => void): Promise<string> {
  const program = fileURLToPath(new URL("run-attacks.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${limits.megabytes}`, "--import", "tsx", program, module.href, String(first)],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  let hung = false;
  const stop = (): void => {
    hung = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(stop, 1000 * limits.seconds);
  createInterface(child.stdout).on("line", (line) => {
    clearTimeout(timer);
    timer = setTimeout(stop, 1000 * limits.seconds);
    if (line !== "start") onOutcome(JSON.parse(line) as AttackOutcome);
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve(hung ? `hung for ${limits.seconds} seconds` : `died: ${signal ?? `exit ${code}`}`);
    });
  });
}

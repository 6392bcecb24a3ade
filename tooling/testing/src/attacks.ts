import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A hostile input, built in a few lines, and what reads it. A module of them exports `attacks`. */
export interface Attack {
  readonly name: string;
  /** Builds the input; not counted. */
  readonly build: () => unknown;
  readonly read: (input: never) => unknown;
  /** What the error must say; undefined where the input is read. */
  readonly refused?: RegExp;
}

/** Checks the types of an attack's two halves. */
export function attack<Input>(
  name: string,
  build: () => Input,
  read: (input: Awaited<Input>) => unknown,
  refused?: RegExp,
): Attack {
  return { name, build, read, ...(refused && { refused }) };
}

/** What an attack did in its process. */
export interface AttackOutcome {
  /** "read", "refused", or what became of the process. */
  readonly end: string;
  /** The error's class and message, where it was refused. */
  readonly error?: string;
  readonly message?: string;
  readonly milliseconds?: number;
}

/** What one may take: far more than any needs on a busy machine, far less than the attacks took. */
const limits = { megabytes: 512, seconds: 60 };

/**
 * Runs a module's attacks, one after another, in a process of its own with a bounded heap: one that exhausts memory or
 * hangs ends that process, is told by its name, and the rest run in another.
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

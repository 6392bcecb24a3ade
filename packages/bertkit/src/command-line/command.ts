import type { Terminal } from "./terminal.ts";

/** A command. `commands.ts` lists them all. */
export interface Command {
  readonly name: string;
  /** What follows the name in the list of commands, such as "--model FOLDER TEXT...". */
  readonly operands: string;
  /** What it does, in a line of that list. */
  readonly summary: string;
  /** The text of `bertkit NAME --help`. */
  readonly help: string;
  /**
   * Runs with the arguments after its name, and returns the exit status, 0 if none.
   *
   * @throws UsageError on a wrong command line
   */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number | void>;
}

import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkGivenOnce, parseArgsMessage } from "@bertkit/checks";

export interface Options {
  /** The folder with the model folders for the page. */
  models: string;
  port: number;
}

export const help = `Usage: npm run playground [-- options]

Serves a page that loads the models saved by \`npm run quickstart\` and runs
them in the browser: fills masks and classifies texts.

  --models FOLDER   output folder of the quickstart (default out/quickstart)
  --port N          port of the server, or the next free one (default 4173)
  --help            prints this text

Ctrl-C stops the server.`;

/** A wrong command line; the message is one line. */
export class UsageError extends Error {}

/** The options of a command line, or "help". Throws UsageError. */
export function parseOptions(args: string[]): Options | "help" {
  const { models = "out/quickstart", port = "4173", help } = parse(args);
  if (help) return "help";
  if (!existsSync(models) || !statSync(models).isDirectory()) {
    throw new UsageError(
      `--models: there is no folder ${resolve(models)}. Make one with \`npm run quickstart\`, or name another.`,
    );
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`--port must be a whole number up to 65535, got "${port}".`);
  }
  return { models: resolve(models), port: Number(port) };
}

function parse(args: string[]) {
  const text = { type: "string" } as const;
  const options = { models: text, port: text, help: { type: "boolean" } } as const;
  try {
    const { values, tokens } = parseArgs({ args, options, tokens: true });
    checkGivenOnce(tokens);
    return values;
  } catch (error) {
    throw new UsageError(parseArgsMessage(error, Object.keys(options)));
  }
}

// `npm run playground`: serves the page with the models of a quickstart.
import { fileURLToPath } from "node:url";
import { escapeControls } from "@bertkit/nn";

import { buildPage } from "./build-page.ts";
import { help, parseOptions, UsageError } from "./options.ts";
import { servePage } from "./serve-page.ts";

async function main(args: string[]): Promise<void> {
  const options = parseOptions(args);
  if (options === "help") return console.log(help);
  const built = fileURLToPath(new URL("../dist/", import.meta.url));
  await buildPage(built);
  const { address } = await servePage({ ...options, built });
  console.log(`bertkit playground: ${address}\n   models from ${escapeControls(options.models)}\n   Ctrl-C stops it`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`playground: ${escapeControls(error.message)} See --help.`);
  process.exitCode = 2;
}

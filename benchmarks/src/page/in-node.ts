import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { softwareVulkan } from "@bertkit/testing";

import type { Contender, Measured, Task } from "./contender.ts";

/** The machine's GPU, or with BERTKIT_ADAPTER=software Chromium's software adapter. */
const environment = { ...process.env, ...(process.env["BERTKIT_ADAPTER"] === "software" ? softwareVulkan : {}) };

/** One contender on WebGPU at one task, in a Node process of its own. */
export function contendInNode(contender: Contender, task: Task): Measured {
  const program = fileURLToPath(new URL("./node-program.ts", import.meta.url));
  const args = [...process.execArgv, program, JSON.stringify(contender), JSON.stringify(task)];
  const { stdout } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = stdout.trim().split("\n").at(-1)!;
  if (!line.startsWith("{"))
    throw new Error(
      `page: ${contender} measured nothing in Node. Without a GPU, set BERTKIT_ADAPTER=software and install Chromium.`,
    );
  return JSON.parse(line) as Measured;
}

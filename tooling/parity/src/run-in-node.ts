// A process for one backend: evaluates all cases and writes the outcomes as JSON to a file.
// usage: run-in-node.ts BACKEND FILE
import { writeFileSync } from "node:fs";

import { evaluateAll } from "./evaluate-all.ts";
import { selectBackend } from "./select-backend.ts";

const [backend, file] = process.argv.slice(2) as [string, string];
await selectBackend(backend);
writeFileSync(file, JSON.stringify(await evaluateAll()));
// Dawn would keep the process alive.
process.exit(0);

// Loaded before the app (node --import): sends BERTKIT_SIGNAL to the process at the BERTKIT_SIGNAL_AT-th file operation
// while the models are saved, and writes the number of those operations to the file BERTKIT_OPERATIONS.
import { writeFileSync } from "node:fs";
import { watchFileOperations } from "@bertkit/testing";

const { BERTKIT_SIGNAL: signal, BERTKIT_SIGNAL_AT: at, BERTKIT_OPERATIONS: file } = process.env;
let saving = false;
let operations = 0;

const write = process.stdout.write.bind(process.stdout) as (...args: unknown[]) => boolean;
process.stdout.write = ((...args: unknown[]) => {
  const text = String(args[0]);
  if (text.includes("Saving both models")) saving = true;
  if (text.includes("the new process gave")) saving = false;
  return write(...args);
}) as typeof process.stdout.write;

watchFileOperations(() => {
  if (!saving) return;
  operations++;
  if (operations === Number(at)) process.kill(process.pid, signal);
});
process.on("exit", () => {
  if (file !== undefined) writeFileSync(file, String(operations));
});

// Prints its process id, and on SIGHUP writes "hung up" to the given file.
import { writeFileSync } from "node:fs";

setInterval(() => {}, 1000);
process.on("SIGHUP", () => {
  writeFileSync(process.argv[2]!, "hung up");
  process.exit(129);
});
process.stdout.write(`ready ${process.pid}\n`);

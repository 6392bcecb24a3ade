// Says its process id, and what ended it: a hang-up, which it writes to the file given.
import { writeFileSync } from "node:fs";

setInterval(() => {}, 1000);
process.on("SIGHUP", () => {
  writeFileSync(process.argv[2]!, "hung up");
  process.exit(129);
});
process.stdout.write(`ready ${process.pid}\n`);

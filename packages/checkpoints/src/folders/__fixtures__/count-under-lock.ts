// A process that increments a number in a file under a lock, TIMES times; each time it dies halfway with the given
// PROBABILITY. usage: count-under-lock.ts LOCK FILE TIMES PROBABILITY
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { withFileLock } from "../file-lock.ts";

const [lock, file, times, probability] = process.argv.slice(2) as [string, string, string, string];
for (let i = 0; i < Number(times); i++) {
  await withFileLock(lock, async () => {
    const before = Number(readFileSync(file, "utf8"));
    if (Math.random() < Number(probability)) process.kill(process.pid, "SIGKILL");
    await setTimeout(1); // others would come between
    writeFileSync(file, String(before + 1));
  });
  console.log("counted");
}

// A process that adds one to a number in a file, under a lock, so often; each time it is dead in the midst of it with
// the probability given. usage: count-under-lock.ts LOCK FILE TIMES PROBABILITY
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

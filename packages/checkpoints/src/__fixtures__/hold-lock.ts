// A process that acquires a lock, at TIME if given, prints "held" or the process id of the holder, and waits for the end of
// its input. usage: hold-lock.ts PATH [TIME]
import { takeLock } from "../folders/process-lock.ts";

const [path, at] = process.argv.slice(2) as [string, string | undefined];
if (at !== undefined) await new Promise((resolve) => setTimeout(resolve, Number(at) - Date.now()));
const lock = await takeLock(path);
console.log("holder" in lock ? lock.holder.pid : "held");
process.stdin.resume().on("end", () => void ("holder" in lock || lock.release()));

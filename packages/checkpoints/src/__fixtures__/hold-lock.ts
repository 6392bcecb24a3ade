// One process: takes a lock, at a time if one is given, says "held" or its holder's process id, and waits for the end of
// its input. usage: hold-lock.ts PATH [TIME]
import { takeLock } from "../folders/process-lock.ts";

const [path, at] = process.argv.slice(2) as [string, string | undefined];
if (at !== undefined) await new Promise((resolve) => setTimeout(resolve, Number(at) - Date.now()));
const lock = await takeLock(path);
console.log("holder" in lock ? lock.holder.pid : "held");
process.stdin.resume().on("end", () => void ("holder" in lock || lock.release()));

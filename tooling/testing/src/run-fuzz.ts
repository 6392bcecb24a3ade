// A process that runs cases of a module's target: prints each case's number before it, faults after it, and counts at
// the end.
// usage: run-fuzz.ts MODULE TARGET SEED FIRST CASES ERRORS
import { writeSync } from "node:fs";
import { Dice } from "./dice.ts";
import { fuzzLimits, type FuzzTarget, maxFaults } from "./fuzz-cases.ts";
import { watchAllocations } from "./watch-allocations.ts";

const [module, target, seed, first, cases, errors] = process.argv.slice(2) as [string, ...string[]];
const { targets } = (await import(module)) as { targets: readonly FuzzTarget[] };
const { make, read } = targets[Number(target)]!;
const allowed = new Set(errors!.split(","));
const longestMessage = 2100;
let faults = 0;
const counts = { read: 0, rejected: 0, slowest: 0, memory: 0 };
const say = (line: string): void => void writeSync(1, `${line.replaceAll("\n", " ")}\n`);

for (let number = Number(first); number < Number(cases); number++) {
  say(String(number));
  const input = make(new Dice(Number(seed), number)) as never;
  const fault = (what: string): void => {
    say(`seed ${seed}, case ${number}: ${what}`);
    if (++faults === maxFaults) process.exit(1);
  };
  const start = process.cpuUsage();
  try {
    await watchAllocations(fuzzLimits.arrayBytes, async () => void (await read(input)));
    counts.read++;
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    if (!allowed.has(name)) fault(String(stack).slice(0, 1500));
    else if (message.length > longestMessage)
      fault(`a message of ${message.length} characters: ${message.slice(0, 200)}`);
    else counts.rejected++;
  }
  const { user, system } = process.cpuUsage(start);
  const took = Math.round((user + system) / 1000);
  counts.slowest = Math.max(counts.slowest, took);
  if (took > fuzzLimits.cpuMilliseconds) fault(`took ${took} ms of the processor`);
}
counts.memory = 1024 * process.resourceUsage().maxRSS;
if (counts.memory > fuzzLimits.processBytes) say(`seed ${seed}: the process had ${counts.memory} bytes`);
say(JSON.stringify(counts));
process.exit(0);

// A process that runs the attacks of a module, from number FIRST, and prints the outcome of each.
// usage: run-attacks.ts MODULE FIRST
import type { Attack, AttackOutcome } from "./attacks.ts";

const [module, first] = process.argv.slice(2) as [string, string];
const { attacks } = (await import(module)) as { attacks: readonly Attack[] };
for (const { build, read } of attacks.slice(Number(first))) {
  const input = (await build()) as never;
  console.log("start"); // the time limit starts here
  console.log(JSON.stringify(await outcomeOf(read, input)));
}
process.exit(0);

async function outcomeOf(read: Attack["read"], input: never): Promise<AttackOutcome> {
  const start = performance.now();
  const took = (): number => Math.round(performance.now() - start);
  try {
    await read(input);
    return { end: "read", milliseconds: took() };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) };
    return { end: "rejected", error: name, message, milliseconds: took() };
  }
}

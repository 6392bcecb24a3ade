import { functionsWithOptions } from "./functions-with-options.ts";
const calls: Record<string, unknown> = JSON.parse(process.env.CALLS!);
const all = functionsWithOptions();
for (const f of all)
  if (!calls[f.name])
    console.log(
      f.name,
      "|",
      f.options.map((o) => o.name + (o.optional ? "?" : "") + ":" + [...o.kinds].join("/")).join(" "),
    );
for (const name of Object.keys(calls)) if (!all.some((f) => f.name === name)) console.log("gone", name);
process.exit(0);

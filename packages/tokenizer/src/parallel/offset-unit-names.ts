import { codePoints, utf8 } from "../alignment/offset-units.ts";
import type { OffsetUnit } from "../encoding/offset-unit.ts";
import { TokenizerError } from "../tokenizer-error.ts";

export type OffsetUnitName = "utf16" | "codePoints" | "utf8";

const units: Record<OffsetUnitName, OffsetUnit | "utf16"> = { utf16: "utf16", codePoints, utf8 };

/** The name of a unit, to send it to a worker. @throws TokenizerError on a custom unit. */
export function offsetUnitName(unit: OffsetUnit | "utf16" | undefined): OffsetUnitName | undefined {
  if (unit === undefined) return undefined;
  for (const name of Object.keys(units) as OffsetUnitName[]) if (units[name] === unit) return name;
  throw new TokenizerError(
    "options",
    `encodeInParallel: a custom offset unit cannot be sent to a worker. Use "utf16", or codePoints or utf8 of @bertkit/tokenizer/alignment.`,
  );
}

export function offsetUnitOf(name: OffsetUnitName | undefined): OffsetUnit | "utf16" | undefined {
  return name && units[name];
}

import { UsageError } from "../usage-error.ts";
import type { Option } from "./option.ts";

/**
 * @param name the option as the user wrote it
 * @param written the value as the user wrote it
 * @throws UsageError if the option's rule rejects the value
 */
export function checkOption(name: string, value: unknown, { kind, rule }: Option, written: unknown = value): void {
  if (!rule.holds(value)) throw new UsageError(`${name} must be ${rule.is}, got ${JSON.stringify(written)}`);
  if (kind === "list" && (value as readonly string[]).includes(""))
    throw new UsageError(`${name} has an empty name between its commas`);
}

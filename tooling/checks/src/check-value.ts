import type { Rule } from "./rule.ts";
import { shown } from "./shown.ts";

/**
 * @param where the function's name
 * @param name the name of the argument or option
 * @param fix a sentence that says what to do
 * @throws the rule's error, with the expected and the actual value
 */
export function checkValue(where: string, name: string, value: unknown, rule: Rule, fix?: string): void {
  if (rule.holds(value)) return;
  throw new rule.error(
    `${where}: ${name} must be ${rule.is}, got ${shown(value)}.${fix === undefined ? "" : ` ${fix}`}`,
  );
}

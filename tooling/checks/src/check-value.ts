import type { Rule } from "./rule.ts";
import { shown } from "./shown.ts";

/**
 * @param where the function's name
 * @param name the argument's or option's
 * @param cure a sentence that says what to do
 * @throws the rule's error, which says what the value must be and what it is
 */
export function checkValue(where: string, name: string, value: unknown, rule: Rule, cure?: string): void {
  if (rule.holds(value)) return;
  throw new rule.error(
    `${where}: ${name} must be ${rule.is}, got ${shown(value)}.${cure === undefined ? "" : ` ${cure}`}`,
  );
}

import { checkValue } from "./check-value.ts";
import { didYouMean } from "./nearest.ts";
import type { Rule } from "./rule.ts";
import { shown } from "./shown.ts";

/** A rule for each option. The compiler reports a missing one. */
export type Rules<Options> = { readonly [name in keyof Required<Options>]: Rule };

/** A table of rules that several options types share. The compiler reports a missing rule where the table is used. */
export type RuleTable<Names extends string> = Readonly<Record<Names, Rule>>;

/**
 * Checks the options of a function, before it does anything else. `undefined` is the same as omitted.
 *
 * @param where the function's name, the start of messages
 * @param besides names that are allowed although the function does not use them
 * @throws TypeError if the options are not an object, or have an unknown name, such as a misspelled one
 * @throws RangeError or TypeError if a rule rejects a value; the message names the option
 */
export function checkOptions<Options extends object>(
  where: string,
  options: Options,
  rules: Rules<Options>,
  besides: readonly string[] = [],
): void {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new TypeError(
      `${where}: the options must be an object, got ${shown(options)}. Pass { ${Object.keys(rules)[0]}: … }.`,
    );
  for (const name of Object.keys(options))
    if (!Object.hasOwn(rules, name) && !besides.includes(name))
      throw new TypeError(
        `${where}: no option is called ${name.slice(0, 60)}.${didYouMean(name, Object.keys(rules))} Use ${Object.keys(rules).join(", ")}.`,
      );
  for (const name of Object.keys(rules) as (keyof Options & string)[]) {
    const rule = rules[name];
    if (options[name] !== undefined || rule.required)
      checkValue(where, name, options[name], rule, rule.required ? undefined : "Leave it out for the default.");
  }
}

/** The options that have a rule, without undefined ones: for a function that passes its options on to several others. */
export function pick<Options extends object>(options: Options, rules: Rules<Partial<Options>>): Options;
export function pick<Options extends object>(options: object, rules: Rules<Options>): Options;
export function pick(options: object, rules: Readonly<Record<string, Rule>>): object {
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => Object.hasOwn(rules, name) && value !== undefined),
  );
}

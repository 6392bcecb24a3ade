import { checkValue } from "./check-value.ts";
import type { Rule } from "./rule.ts";
import { shown } from "./shown.ts";

/** What each option must be. The compiler refuses a table that lacks one. */
export type Rules<Options> = { readonly [name in keyof Required<Options>]: Rule };

/** The same for tables that options share: that none lacks a rule shows where the options are checked. */
export type RuleTable<Names extends string> = Readonly<Record<Names, Rule>>;

/**
 * Checks the options of a function before it does anything. `undefined` is as if left out.
 *
 * @param where the function's name, which messages begin with
 * @param besides names that mean nothing to the function and may be there all the same
 * @throws TypeError for options that are no object, or have a name that there is none of, such as a misspelt one
 * @throws RangeError or TypeError for a value that its rule refuses, by the option's name
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
      throw new TypeError(`${where}: no option is called ${name.slice(0, 60)}. Use ${Object.keys(rules).join(", ")}.`);
  for (const name of Object.keys(rules) as (keyof Options & string)[]) {
    const rule = rules[name];
    if (options[name] !== undefined || rule.required)
      checkValue(where, name, options[name], rule, rule.required ? undefined : "Leave it out for the default.");
  }
}

/** The options that a function knows, for one that hands its own on to several; those that are undefined left out. */
export function pick<Options extends object>(options: Options, rules: Rules<Partial<Options>>): Options;
export function pick<Options extends object>(options: object, rules: Rules<Options>): Options;
export function pick(options: object, rules: Readonly<Record<string, Rule>>): object {
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => Object.hasOwn(rules, name) && value !== undefined),
  );
}

import { fillPattern, matchPattern } from "./name-pattern.ts";

/**
 * One line of a name table: where a variable lies in a model and what a file calls it. `{i}` stands for a number
 * and must be in both. Tables are ordered, the first rule that fits wins, and read in either direction.
 */
export interface NameRule {
  /** The variable's path in the model: `layers.{i}.attention.query.kernel`. */
  readonly path: string;
  /** Its name in a file: `encoder.layer.{i}.attention.self.query.weight`. */
  readonly name: string;
  /** The file holds the matrix transposed, as PyTorch's [out, in] linear weights are. */
  readonly transpose?: boolean;
  /** Other names that files use; read, never written. */
  readonly aliases?: readonly string[];
  /** The file parts or joins axes, the same elements in the same order: read whatever its shape, written in the variable's. */
  readonly reshape?: boolean;
}

/** A rule applied to one variable. */
export interface NamedVariable {
  readonly path: string;
  readonly name: string;
  readonly transpose: boolean;
  readonly aliases: readonly string[];
  readonly reshape: boolean;
}

/** What files call the variable at `path`, or undefined where no rule fits. */
export function nameOfPath(rules: readonly NameRule[], path: string): NamedVariable | undefined {
  return applyRules(rules, path, (rule) => [rule.path]);
}

/** Which variable a file means by `name`, aliases included, or undefined where no rule fits. */
export function pathOfName(rules: readonly NameRule[], name: string): NamedVariable | undefined {
  return applyRules(rules, name, (rule) => [rule.name, ...(rule.aliases ?? [])]);
}

/** The table of a part inside a bigger model: every path and name, aliases too, gets a prefix. */
export function prefixRules(
  rules: readonly NameRule[],
  { path = "", name = "" }: { path?: string; name?: string },
): NameRule[] {
  return rules.map((rule) => ({
    ...rule,
    path: path + rule.path,
    name: name + rule.name,
    ...(rule.aliases && { aliases: rule.aliases.map((alias) => name + alias) }),
  }));
}

function applyRules(
  rules: readonly NameRule[],
  text: string,
  patterns: (rule: NameRule) => readonly string[],
): NamedVariable | undefined {
  for (const rule of rules) {
    for (const pattern of patterns(rule)) {
      const numbers = matchPattern(pattern, text);
      if (!numbers) continue;
      return {
        path: fillPattern(rule.path, numbers),
        name: fillPattern(rule.name, numbers),
        transpose: rule.transpose ?? false,
        reshape: rule.reshape ?? false,
        aliases: (rule.aliases ?? []).map((alias) => fillPattern(alias, numbers)),
      };
    }
  }
  return undefined;
}

import { checkText } from "@bertkit/checks";

/** The values of placeholders such as `{i}`. */
export type PatternNumbers = Readonly<Record<string, string>>;

/** A pattern's text before its first and after its last placeholder; most texts already differ in these. */
interface Compiled {
  readonly head: string;
  readonly tail: string;
  /** Made when a text has both: a table has more patterns than a file has names that come close. */
  expression?: RegExp;
}

const compiled = new Map<string, Compiled>();

/** matchPattern("layers.{i}.kernel", "layers.11.kernel") → { i: "11" }; undefined if the text does not match. */
export function matchPattern(pattern: string, text: string): PatternNumbers | undefined {
  checkText("matchPattern", "pattern", pattern);
  checkText("matchPattern", "text", text);
  let known = compiled.get(pattern);
  if (!known) compiled.set(pattern, (known = compile(pattern)));
  if (!text.startsWith(known.head) || !text.endsWith(known.tail)) return undefined;
  const match = (known.expression ??= expressionOf(pattern)).exec(text);
  return match ? { ...match.groups } : undefined;
}

/** fillPattern("encoder.layer.{i}.weight", { i: "11" }) → "encoder.layer.11.weight" */
export function fillPattern(pattern: string, numbers: PatternNumbers): string {
  return pattern.replace(/\{(\w+)\}/g, (_, placeholder: string) => {
    const number = numbers[placeholder];
    if (number === undefined)
      throw new Error(`fillPattern: "${pattern}" has {${placeholder}}, which the other side of its rule lacks.`);
    return number;
  });
}

function compile(pattern: string): Compiled {
  const parts = partsOf(pattern);
  const names = parts.filter((_, index) => index % 2 === 1);
  const bad = names.find((name, i) => /^\d/.test(name) || names.indexOf(name) < i);
  if (bad !== undefined)
    throw new RangeError(
      `matchPattern: "${pattern.slice(0, 80)}" has {${bad}}, which must start with a letter and occur once. Name its placeholders {i}, {j}.`,
    );
  return { head: parts[0]!, tail: parts.at(-1)! };
}

/** partsOf("layers.{i}.kernel") → ["layers.", "i", ".kernel"]: text, placeholder, text, … */
function partsOf(pattern: string): string[] {
  return pattern.split(/\{(\w+)\}/);
}

function expressionOf(pattern: string): RegExp {
  const source = partsOf(pattern).map((part, index) =>
    index % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : `(?<${part}>0|[1-9]\\d*)`,
  );
  return new RegExp(`^${source.join("")}$`);
}

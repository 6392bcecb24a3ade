import { checkText } from "@bertkit/checks";

/** The values of placeholders such as `{i}`. */
export type PatternNumbers = Readonly<Record<string, string>>;

const compiled = new Map<string, RegExp>();

/** matchPattern("layers.{i}.kernel", "layers.11.kernel") → { i: "11" }; undefined if the text does not match. */
export function matchPattern(pattern: string, text: string): PatternNumbers | undefined {
  checkText("matchPattern", "pattern", pattern);
  checkText("matchPattern", "text", text);
  let expression = compiled.get(pattern);
  if (!expression) compiled.set(pattern, (expression = compile(pattern)));
  const match = expression.exec(text);
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

function compile(pattern: string): RegExp {
  const parts = pattern.split(/\{(\w+)\}/); // text, placeholder, text, …
  const names = parts.filter((_, index) => index % 2 === 1);
  const bad = names.find((name, i) => /^\d/.test(name) || names.indexOf(name) < i);
  if (bad !== undefined)
    throw new RangeError(
      `matchPattern: "${pattern.slice(0, 80)}" has {${bad}}, which must start with a letter and occur once. Name its placeholders {i}, {j}.`,
    );
  const source = parts.map((part, index) =>
    index % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : `(?<${part}>0|[1-9]\\d*)`,
  );
  return new RegExp(`^${source.join("")}$`);
}

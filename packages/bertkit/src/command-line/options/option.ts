import { arrayOf, number, oneOf, type Rule, text, trueOrFalse, wholeNumber } from "@bertkit/checks";

/** An option of a command. Tables name it in camel case ("batchSize"); on the command line it is "--batch-size". */
export interface Option<Value = unknown> {
  /** "list": values separated by commas. "flag": no value; "--no-NAME" sets it to false. */
  readonly kind: "text" | "number" | "list" | "flag";
  /** What the value must be, on the command line and in a JSON file. */
  readonly rule: Rule;
  /** Stands for the value in the help, such as "N"; empty for a flag. */
  readonly value: string;
  readonly help: string;
  /** Only carries the value's type; never set. */
  readonly type?: Value;
}

export type Options = Readonly<Record<string, Option>>;

/** The table of options that sets the fields of an interface. */
export type OptionsOf<Values> = {
  readonly [Name in keyof Values]-?: Option<Exclude<Values[Name], undefined>>;
};

/** The values of given options, by name. */
export type OptionValues<Table extends Options> = {
  readonly [Name in keyof Table]?: Exclude<Table[Name]["type"], undefined>;
};

export function flag(help: string): Option<boolean> {
  return { kind: "flag", rule: trueOrFalse, value: "", help };
}

export function textOption(value: string, help: string): Option<string> {
  return { kind: "text", rule: text, value, help };
}

/** Values separated by commas; in a JSON file, a list. */
export function listOption(value: string, help: string): Option<readonly string[]> {
  return { kind: "list", rule: arrayOf("texts", text), value, help };
}

export function choiceOption<Choice extends string>(choices: readonly Choice[], help: string): Option<Choice> {
  return { kind: "text", rule: oneOf(choices), value: "NAME", help };
}

/** @param rule which numbers are accepted, such as `wholeNumber(1)` */
export function numberOption(rule: Rule, help: string, value: string = "N"): Option<number> {
  return { kind: "number", rule, value, help };
}

/** A whole number of at least 1. */
export function countOption(help: string): Option<number> {
  return numberOption(wholeNumber(1), help);
}

/** A number from 0 to 1. */
export function fractionOption(help: string): Option<number> {
  return numberOption(number({ from: 0, to: 1 }), help, "X");
}

/** "batchSize" → "--batch-size" */
export function optionName(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

import { isClass } from "./shown.ts";

/** A requirement for a value. */
export interface Rule {
  /** The requirement in words, after "must be". */
  readonly is: string;
  readonly holds: (value: unknown) => boolean;
  /** The class of the error if it does not hold: RangeError for numbers and choices, TypeError for everything else. */
  readonly error: ErrorConstructor;
  /** Whether `undefined` is rejected. By default it is the same as omitted. */
  readonly required?: boolean;
}

export interface NumberRange {
  /** Minimum. */
  readonly from?: number;
  /** Maximum. */
  readonly to?: number;
  readonly above?: number;
  readonly below?: number;
}

/** A whole number that JavaScript represents exactly. */
export function wholeNumber(from: number = 0, to: number = Number.MAX_SAFE_INTEGER): Rule {
  return {
    is: to === Number.MAX_SAFE_INTEGER ? `a whole number of at least ${from}` : `a whole number from ${from} to ${to}`,
    holds: (value) => Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to,
    error: RangeError,
  };
}

/** A number in a range. Never NaN; infinite only if `from` or `to` is. */
export function number(range: NumberRange = {}): Rule {
  const { from = -Infinity, to = range.below ?? Number.MAX_VALUE, above = -Infinity, below = Infinity } = range;
  const words = [
    from === -Infinity ? "" : ` from ${from}`,
    range.above === undefined ? "" : ` above ${above}`,
    range.to === undefined || to === Infinity ? "" : ` to ${to}`,
    range.below === undefined ? "" : ` and below ${below}`,
  ];
  return {
    is: `a number${words.join("") || (to === Infinity ? "" : " that is finite")}`,
    holds: (value) =>
      typeof value === "number" &&
      (value > -Infinity || range.from === -Infinity) &&
      value >= from &&
      value <= to &&
      (range.above === undefined || value > above) &&
      (range.below === undefined || value < below),
    error: RangeError,
  };
}

/** One of several values. */
export function oneOf(choices: readonly unknown[]): Rule {
  return {
    is: `one of ${choices.map(String).join(", ")}`,
    holds: (value) => choices.includes(value),
    error: RangeError,
  };
}

function ofType(type: string, is: string): Rule {
  return { is, holds: (value) => typeof value === type, error: TypeError };
}

export const trueOrFalse: Rule = /* @__PURE__ */ ofType("boolean", "true or false");
export const text: Rule = /* @__PURE__ */ ofType("string", "a text");
/** A function that can be called; a class cannot. */
export const callable: Rule = {
  is: "a function",
  holds: (value) => typeof value === "function" && !isClass(value),
  error: TypeError,
};

/** An encoding that TextDecoder has. */
export const encodingLabel: Rule = {
  is: "a label of the Encoding Standard, such as utf-8",
  holds: isEncoding,
  error: RangeError,
};

/** An object with these members. The code that uses them checks their values. */
export function object(is: string = "an object", ...members: readonly string[]): Rule {
  return {
    is,
    holds: (value) =>
      typeof value === "object" &&
      value !== null &&
      members.every((name) => (value as Record<string, unknown>)[name] !== undefined),
    error: TypeError,
  };
}

/** Any value, for options that are checked elsewhere. */
export const anything: Rule = { is: "anything", holds: () => true, error: TypeError };

/** A list, typed array, set or generator, but not a text, although that is iterable. */
export function listOf(things: string): Rule {
  return { is: `a list of ${things}`, holds: isList, error: TypeError };
}

/** A list with a length, each item of which meets the rule `item`. */
export function arrayOf(things: string, item: Rule): Rule {
  return {
    is: `a list of ${things}, each ${item.is}`,
    holds: (value) =>
      isList(value) && "length" in (value as object) && Array.from(value as ArrayLike<unknown>).every(item.holds),
    error: item.error,
  };
}

export function either(one: Rule, other: Rule): Rule {
  return {
    is: `${one.is}, or ${other.is}`,
    holds: (value) => one.holds(value) || other.holds(value),
    error: one.error,
  };
}

/** An option that cannot be omitted. */
export function required(rule: Rule): Rule {
  return { ...rule, required: true };
}

function isList(value: unknown): boolean {
  return typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

function isEncoding(value: unknown): boolean {
  if (typeof value !== "string") return false;
  try {
    return new TextDecoder(value).encoding !== "";
  } catch {
    return false;
  }
}

import { messageOf } from "./shown.ts";

type Kind = "TypeError" | "RangeError" | "SyntaxError" | "ReferenceError" | "EvalError" | "URIError" | "Error";

/** Classes that every thread has. */
const kinds: Readonly<Record<Kind, ErrorConstructor>> = {
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
  Error,
};

/** Something that was thrown, as a message to another thread. A structured clone of an error loses its class and fields. */
export type SentError = { readonly value: unknown } | { readonly list: readonly SentError[] } | SentErrorParts;

interface SentErrorParts {
  readonly kind: Kind | "AggregateError" | "DOMException";
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Its own fields that can be sent, such as `code` and `cause`. */
  readonly fields: readonly { readonly key: string; readonly enumerable: boolean; readonly sent: SentError }[];
  /** The keys of the registered symbols by which the packages' error classes know their own. */
  readonly markers: readonly string[];
}

/** Converts anything that was thrown to a message. Fields that cannot be sent, such as functions, are left out. */
export function sentError(thrown: unknown): SentError {
  return sent(thrown, []) ?? partsOf(new Error(messageOf(thrown)), []);
}

/**
 * What was thrown in the other thread. An error has its name, message, stack and fields, and is recognized by `isInstance` of
 * the packages' error classes.
 *
 * @param classes by error name: an error of that name becomes an instance
 */
export function receivedError(
  message: SentError,
  classes: Readonly<Record<string, { readonly prototype: Error }>> = {},
): unknown {
  if ("value" in message) return message.value;
  if ("list" in message) return message.list.map((item) => receivedError(item, classes));
  const { kind, name, stack, fields, markers } = message;
  const error = empty(kind, name, message.message);
  if (Object.hasOwn(classes, name)) Object.setPrototypeOf(error, classes[name]!.prototype);
  const define = (key: string | symbol, value: unknown, enumerable = false): unknown =>
    Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
  if (stack !== undefined) define("stack", stack);
  for (const { key, enumerable, sent } of fields) define(key, receivedError(sent, classes), enumerable);
  if (error.name !== name) define("name", name);
  for (const key of markers) define(Symbol.for(key), true);
  return error;
}

function empty(kind: SentErrorParts["kind"], name: string, message: string): Error {
  if (kind === "DOMException") return new DOMException(message, name);
  return kind === "AggregateError" ? new AggregateError([], message) : new kinds[kind](message);
}

/** Undefined for what cannot be sent. @param outer the errors and lists around it, against cycles */
function sent(value: unknown, outer: readonly unknown[]): SentError | undefined {
  if (outer.includes(value)) return undefined;
  if (value instanceof Error) return partsOf(value, [...outer, value]);
  if (Array.isArray(value) && value.some((item) => item instanceof Error))
    return { list: value.flatMap((item: unknown) => sent(item, [...outer, value]) ?? []) };
  return isSendable(value) ? { value } : undefined;
}

/** Whether another thread can receive a copy of a value. */
export function isSendable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

function partsOf(error: Error, outer: readonly unknown[]): SentErrorParts {
  const fields = Object.entries(Object.getOwnPropertyDescriptors(error)).flatMap(
    ([key, { value, enumerable = false }]) => {
      const message = key === "message" || key === "stack" || value === undefined ? undefined : sent(value, outer);
      return message === undefined ? [] : [{ key, enumerable, sent: message }];
    },
  );
  return {
    kind: kindOf(error),
    name: String(error.name),
    message: messageOf(error),
    stack: typeof error.stack === "string" ? error.stack : undefined,
    fields,
    markers: Object.getOwnPropertySymbols(error).flatMap((symbol) =>
      (error as unknown as Record<symbol, unknown>)[symbol] === true ? (Symbol.keyFor(symbol) ?? []) : [],
    ),
  };
}

function kindOf(error: Error): SentErrorParts["kind"] {
  if (typeof DOMException !== "undefined" && error instanceof DOMException) return "DOMException";
  if (error instanceof AggregateError) return "AggregateError";
  return (Object.keys(kinds) as Kind[]).find((kind) => error instanceof kinds[kind])!;
}

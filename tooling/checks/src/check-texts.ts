import { shown } from "./shown.ts";

/**
 * For parameters that are iterables of texts: excludes a single text, which is an iterable of letters to the compiler.
 */
export type NoText = { readonly charAt?: never };

/** @throws TypeError unless a value is a text */
export function checkText(where: string, name: string, value: unknown, fix = "Pass a text."): void {
  if (typeof value !== "string") throw new TypeError(`${where}: ${name} must be a text, got ${shown(value)}. ${fix}`);
}

/**
 * @param name the argument's name
 * @param things the items, for the message
 * @throws TypeError unless a value is iterable and not a text
 */
export function checkList(where: string, name: string, value: unknown, things: string): void {
  const iterable =
    typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
  if (iterable) return;
  const fix = typeof value === "string" ? `A text would be taken letter by letter: pass [text].` : "Pass a list.";
  throw new TypeError(`${where}: ${name} must be a list of ${things}, got ${shown(value)}. ${fix}`);
}

/** @throws TypeError unless a value is an array, or a typed array */
export function checkArray(where: string, name: string, value: unknown, things: string): void {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return;
  checkPlainArray(where, name, value, things);
}

/** @throws TypeError unless a value is an array, not a typed array */
function checkPlainArray(where: string, name: string, value: unknown, things: string): asserts value is unknown[] {
  if (Array.isArray(value)) return;
  checkList(where, name, value, things);
  throw new TypeError(`${where}: ${name} must be an array of ${things}, got ${shown(value)}. Pass [...${name}].`);
}

/** @throws TypeError unless a value is an array of texts; names the index of the first other item */
export function checkTexts(where: string, name: string, value: unknown): void {
  checkPlainArray(where, name, value, "texts");
  for (const [i, item] of value.entries())
    if (typeof item !== "string")
      throw new TypeError(`${where}: ${name}[${i}] must be a text, got ${shown(item)}. Leave it out, or pass "".`);
}

/** @throws TypeError unless a value is an array of texts and pairs of texts; names the index of the first other item */
export function checkTextInputs(where: string, name: string, value: unknown): void {
  checkArray(where, name, value, "texts or pairs");
  for (const [i, item] of Array.from(value as ArrayLike<unknown>).entries()) {
    for (const text of Array.isArray(item) ? item : [item])
      checkText(where, `${name}[${i}]`, text, 'Leave it out, or pass "".');
    if (Array.isArray(item) && item.length !== 2)
      throw new TypeError(`${where}: ${name}[${i}] must be a text or a pair, got a list of ${item.length}.`);
  }
}

/**
 * @param is a description for the message, such as `{ question, context }`
 * @param fields the required fields
 * @throws TypeError unless a value is an object with these fields
 */
export function checkObject(where: string, name: string, value: unknown, is: string, ...fields: string[]): void {
  if (typeof value !== "object" || value === null)
    throw new TypeError(`${where}: ${name} must be ${is}, got ${shown(value)}. Pass ${is}, or leave it out.`);
  for (const field of fields)
    if ((value as Record<string, unknown>)[field] === undefined)
      throw new TypeError(`${where}: ${name} must be ${is}, got ${shown(value)} without ${field}. Pass ${is}.`);
}

/** @throws TypeError unless a value is an array of objects; names the index of the first other item */
export function checkObjects(where: string, name: string, value: unknown, is: string, ...fields: string[]): void {
  checkPlainArray(where, name, value, is);
  for (const [i, item] of value.entries()) checkObject(where, `${name}[${i}]`, item, is, ...fields);
}

/** @throws TypeError unless a value is an array of lists; names the index of the first other item */
export function checkLists(where: string, name: string, value: unknown, things: string): void {
  checkPlainArray(where, name, value, `lists of ${things}`);
  for (const [i, item] of value.entries()) checkArray(where, `${name}[${i}]`, item, things);
}

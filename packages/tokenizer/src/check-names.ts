// The package's own small form of @bertkit/checks: every page that encodes text loads it.

const flags = [true, false];

/** The values that options of `encode` and its kin may have; none where that is checked elsewhere. */
const known: Readonly<Record<string, readonly unknown[]>> = {
  addSpecialTokens: flags,
  truncation: ["longest_first", "only_first", "only_second", "round_robin", "waterfall"],
  padding: ["longest", "max_length"],
  paddingSide: ["right", "left"],
};

/**
 * @param own the option that the function alone has
 * @throws TypeError for an option that there is none of, RangeError for a value that it cannot have
 */
export function checkEncodeOptions(where: string, options: object, own: string): void {
  for (const name in options) {
    const value = (options as Record<string, unknown>)[name];
    const values = known[name];
    if (!values)
      checkNames(where, { [name]: value }, `${Object.keys(known).join(" ")} maxLength padToMultipleOf ${own}`);
    else if (value !== undefined && !values.includes(value))
      refuse(RangeError, where, name, values.join(" or "), value);
  }
}

/** @throws TypeError for options with a name that is not among those of one word each */
export function checkNames(where: string, options: object, names: string): void {
  for (const name of Object.keys(options))
    if (!` ${names} `.includes(` ${name} `)) refuse(TypeError, where, "an option", `one of ${names}`, name);
}

/** @throws TypeError unless a value is an array; a text would be taken letter by letter */
export function checkArray(where: string, name: string, value: unknown): void {
  if (!Array.isArray(value)) refuse(TypeError, where, name, "an array, such as [text]", value);
}

/** Throws an error that says what must be what, and what it is. */
export function refuse(kind: ErrorConstructor, where: string, what: string, must: string, got: unknown): never {
  throw new kind(`${where}: ${what} must be ${must}, got ${String(got).slice(0, 60)}.`);
}

const longest = 60;

/** A short description of any value, for an error message. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
  if (typeof value === "function")
    return isClass(value) ? `the class ${value.name.slice(0, longest)}`.trim() : "a function";
  if (typeof value !== "object" || value === null) return String(value).slice(0, longest);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === "string" && name !== "" && name !== "Object" ? `a ${name.slice(0, longest)}` : "an object";
}

/** Whether a function is a class, which cannot be called. */
export function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === "string") return thrown;
  const message: unknown = (thrown as { message?: unknown } | null | undefined)?.message;
  return typeof message === "string" ? message : shown(thrown);
}

const longest = 100;

/** A value of a file for a message: a string quoted and truncated, a long list or an object by its kind. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
  if (Array.isArray(value)) return value.every(isShort) && value.length <= 16 ? JSON.stringify(value) : "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** A shape for a message: "[2, 3]"; only the first axes if there are many. */
export function shownShape(shape: readonly number[]): string {
  return `[${shape.slice(0, 16).join(", ")}${shape.length > 16 ? ", …" : ""}]`;
}

function isShort(value: unknown): boolean {
  return value === null || typeof value === "number" || typeof value === "boolean";
}

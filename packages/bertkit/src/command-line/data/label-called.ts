/**
 * The label with a name or, if no label is itself a whole number, the one with that number in their order; undefined if
 * there is none.
 */
export function labelCalled(name: string, labels: readonly string[]): string | undefined {
  if (labels.includes(name)) return name;
  return isWhole(name) && !labels.some(isWhole) ? labels[Number(name)] : undefined;
}

function isWhole(text: string): boolean {
  return /^\d+$/.test(text);
}

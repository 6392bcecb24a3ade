/** Throws unless labels are present and differ. */
export function checkLabels(where: string, labels: readonly string[]): void {
  const repeated = labels.find((label, i) => labels.indexOf(label) !== i);
  if (labels.length === 0)
    throw new RangeError(`${where}: needs at least one label, got none. Pass labels: ["ham", "spam"].`);
  if (repeated !== undefined)
    throw new RangeError(`${where}: labels must differ, got "${repeated}" twice. Remove one.`);
}

/** The place of a label; throws with the known ones when there is none. */
export function labelIndex(where: string, labels: readonly string[], label: string): number {
  const index = labels.indexOf(label);
  if (index >= 0) return index;
  throw new RangeError(
    `${where}: unknown label "${label}". Use one of ${labels.map((known) => `"${known}"`).join(", ")}.`,
  );
}

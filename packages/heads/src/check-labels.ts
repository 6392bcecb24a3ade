import { checkTexts } from "@bertkit/checks";

/** @throws TypeError or RangeError unless labels are different texts, at least one */
export function checkLabels(where: string, labels: readonly string[]): void {
  checkTexts(where, "labels", labels); // a saved model with numbers as labels could not be loaded
  const seen = new Set<string>();
  const repeated = labels.find((label) => seen.size === seen.add(label).size);
  if (labels.length === 0)
    throw new RangeError(`${where}: needs at least one label, got none. Pass labels: ["ham", "spam"].`);
  if (repeated !== undefined)
    throw new RangeError(`${where}: labels must differ, got ${shown(repeated)} twice. Remove one.`);
}

/** The index of a label. @throws RangeError for an unknown label */
export function labelIndex(where: string, labels: readonly string[], label: string): number {
  const index = labels.indexOf(label);
  if (index >= 0) return index;
  throw new RangeError(
    `${where}: unknown label ${shown(label)}. Use one of ${labels.slice(0, maxShown).map(shown).join(", ")}${labels.length > maxShown ? ", …" : ""}.`,
  );
}

const maxShown = 50;

function shown(label: string): string {
  return `"${label.length > 60 ? `${label.slice(0, 60)}…` : label}"`;
}

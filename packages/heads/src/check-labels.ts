import { checkTexts } from "@bertkit/checks";

/** Throws unless labels are texts, present and differ. */
export function checkLabels(where: string, labels: readonly string[]): void {
  checkTexts(where, "labels", labels); // numbers would be saved as such, and no file of them can be loaded
  const seen = new Set<string>();
  const repeated = labels.find((label) => seen.size === seen.add(label).size);
  if (labels.length === 0)
    throw new RangeError(`${where}: needs at least one label, got none. Pass labels: ["ham", "spam"].`);
  if (repeated !== undefined)
    throw new RangeError(`${where}: labels must differ, got ${shown(repeated)} twice. Remove one.`);
}

/** The place of a label; throws with the known ones when there is none. */
export function labelIndex(where: string, labels: readonly string[], label: string): number {
  const index = labels.indexOf(label);
  if (index >= 0) return index;
  throw new RangeError(
    `${where}: unknown label ${shown(label)}. Use one of ${labels.slice(0, mostShown).map(shown).join(", ")}${labels.length > mostShown ? ", …" : ""}.`,
  );
}

const mostShown = 50;

function shown(label: string): string {
  return `"${label.length > 60 ? `${label.slice(0, 60)}…` : label}"`;
}

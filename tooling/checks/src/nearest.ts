/** " Did you mean NAME?" for a misspelt name, or "". */
export function didYouMean(name: string, names: readonly string[], write: (known: string) => string = String): string {
  const known = nearest(name, names);
  return known === undefined ? "" : ` Did you mean ${write(known)}?`;
}

/**
 * The name that another one probably means, regardless of case, "-" and "_": one that differs in two fifths of
 * its letters at most, or else the longest that is a part of the other one, or has it as a part ("learning-rate" and "rate").
 */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const written = letters(name);
  let found: string | undefined;
  let least = Math.max(1, Math.floor(written.length * 0.4)) + 1;
  for (const known of names) {
    const steps = distance(written, letters(known));
    if (steps < least) [found, least] = [known, steps];
  }
  if (found !== undefined || written.length < 3) return found;
  const related = names.filter((known) => {
    const other = letters(known);
    return other.length > 2 && (written.includes(other) || other.includes(written));
  });
  return related.sort((a, b) => b.length - a.length)[0];
}

function letters(name: string): string {
  return name.slice(0, 60).toLowerCase().replaceAll(/[-_]/g, "");
}

/** Levenshtein's distance, in which two swapped neighbors are also one step (optimal string alignment). */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const steps = Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + Number(from[i] !== to[j]));
      const swapped = i > 0 && j > 0 && from[i] === to[j - 1] && from[i - 1] === to[j];
      next.push(swapped ? Math.min(steps, before[j - 1]! + 1) : steps);
    }
    [before, row] = [row, next];
  }
  return row[to.length]!;
}

import type { ClassificationExample } from "@bertkit/heads";

export interface Examples {
  readonly labels: readonly string[];
  readonly examples: readonly ClassificationExample[];
}

/**
 * Sentences from lines such as "praise: what a film"; empty lines are skipped.
 * @throws if a line has no label, or all labels are equal
 */
export function readExamples(text: string): Examples {
  const examples = text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const at = line.indexOf(":");
    const [label, input] = at < 0 ? ["", ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    if (label === "" || input === "")
      throw new Error(`Line ${i + 1} has no label and sentence. Write it as "label: sentence".`);
    return [{ input, label }];
  });
  const labels = [...new Set(examples.map(({ label }) => label))].toSorted();
  if (labels.length < 2)
    throw new Error(
      `There must be sentences with at least two labels, got ${labels.length}. Add lines "label: sentence".`,
    );
  return { labels, examples };
}

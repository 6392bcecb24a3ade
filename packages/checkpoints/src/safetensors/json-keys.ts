/**
 * Counts the objects directly inside a JSON object, repeated keys included, which JSON.parse hides.
 * The text must be valid JSON.
 *
 * countTopLevelObjects('{"a": {}, "a": {}, "b": 1}') → 2
 */
export function countTopLevelObjects(json: string): number {
  let depth = 0;
  let count = 0;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '"') i = endOfString(json, i);
    else if (character === "{" || character === "[") {
      if (character === "{" && depth === 1) count++;
      depth++;
    } else if (character === "}" || character === "]") depth--;
  }
  return count;
}

function endOfString(json: string, start: number): number {
  for (let i = start + 1; i < json.length; i++) {
    if (json[i] === "\\") i++;
    else if (json[i] === '"') return i;
  }
  return json.length;
}

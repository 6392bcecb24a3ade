/** What an import found. Paths are the model's, names the file's. */
export interface ImportReport {
  readonly loaded: readonly string[];
  /** Variables that the file has no tensor for; without a name where no rule fits the path. */
  readonly missing: readonly { readonly path: string; readonly name: string | undefined }[];
  /** Tensors that no variable took. */
  readonly unexpected: readonly string[];
  /** Tensors of another shape or type than their variable's, which kept its values. */
  readonly mismatched: readonly {
    readonly path: string;
    readonly name: string;
    readonly expected: string;
    readonly found: string;
  }[];
}

const longestList = 8;
const longestName = 200;

/** The report's problems in words, or undefined where there are none. */
export function importProblems({ missing, unexpected, mismatched }: ImportReport): string | undefined {
  const problems = [
    list(
      "missing from the file",
      missing.map(({ path, name }) => (name === undefined ? `${path} (no rule names it)` : `${name} (${path})`)),
    ),
    list("unexpected in the file", unexpected),
    list(
      "of another shape or type",
      mismatched.map(({ name, expected, found }) => `${name} (expected ${expected}, got ${found})`),
    ),
  ];
  return problems.filter((problem) => problem !== undefined).join("; ") || undefined;
}

function list(what: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const rest = names.length > longestList ? ` and ${names.length - longestList} more` : "";
  return `${names.length} ${what}: ${names.slice(0, longestList).map(cut).join(", ")}${rest}`;
}

function cut(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}

import { checkObject } from "@bertkit/checks";

/** The result of an import. Paths are those of the model, names those of the file. */
export interface ImportReport {
  readonly loaded: readonly string[];
  /** Variables without a tensor in the file; `name` is undefined if no rule matches the path. */
  readonly missing: readonly { readonly path: string; readonly name: string | undefined }[];
  /** Tensors that belong to no variable. */
  readonly unexpected: readonly string[];
  /** Tensors with another shape or type than their variable, which keeps its values. */
  readonly mismatched: readonly {
    readonly path: string;
    readonly name: string;
    readonly expected: string;
    readonly found: string;
  }[];
}

const longestList = 8;
const longestName = 200;

/** The problems of a report as text; undefined if there are none. */
export function importProblems(report: ImportReport): string | undefined {
  const fields = ["missing", "unexpected", "mismatched"];
  checkObject("importProblems", "report", report, "what importVariables gives", ...fields);
  const { missing, unexpected, mismatched } = report;
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

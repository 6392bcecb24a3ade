import { checkText } from "@bertkit/checks";
import type { NameRule } from "@bertkit/nn";

/** The two variables of a `Dense`; PyTorch's kernel is transposed. */
export function denseNames(path: string, name: string): NameRule[] {
  checkNames("denseNames", path, name);
  return [
    { path: `${path}.kernel`, name: `${name}.weight`, transpose: true },
    { path: `${path}.bias`, name: `${name}.bias` },
  ];
}

/** The two variables of a `LayerNorm`. */
export function normNames(path: string, name: string): NameRule[] {
  checkNames("normNames", path, name);
  return [
    { path: `${path}.gamma`, name: `${name}.weight` },
    { path: `${path}.beta`, name: `${name}.bias` },
  ];
}

/** The variable of an `Embedding`. */
export function embeddingNames(path: string, name: string): NameRule[] {
  checkNames("embeddingNames", path, name);
  return [{ path: `${path}.table`, name: `${name}.weight` }];
}

function checkNames(where: string, path: string, name: string): void {
  checkText(where, "path", path);
  checkText(where, "name", name);
}

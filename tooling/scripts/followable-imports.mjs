// Imports that a bundler cannot follow, or that fail a build if an optional peer is not installed.
import ts from "typescript";

/** Files that import a module named by their caller, or from where their caller serves it: nothing to bundle. */
const callersModules = /(^|\/)packages\/backend-onnxruntime\/src\/(worker\/module-worker|web\/load-ort)\.ts$/;

/**
 * One sentence for each problem in a shipped file.
 *
 * @param where the file's name in the sentences
 * @param optional names of the package's optional peers
 */
export function importFaults(where, text, optional) {
  const faults = [];
  const isOptional = (node) => ts.isStringLiteralLike(node) && optional.has(bareName(node.text));
  const visit = (node, inTry) => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (!ts.isStringLiteralLike(specifier)) {
        if (!callersModules.test(where))
          faults.push(
            `${where}: import(${specifier.getText()}) hides a module from bundlers. Select a file by condition in package.json's imports.`,
          );
      } else if (isOptional(specifier) && !inTry)
        faults.push(
          `${where}: imports ${specifier.text}, an optional peer, outside a try: bundlers refuse to build without it.`,
        );
    }
    if (isValueImport(node) && node.moduleSpecifier && isOptional(node.moduleSpecifier))
      faults.push(`${where}: imports ${node.moduleSpecifier.text}, an optional peer, outside a try.`);
    if (ts.isTryStatement(node)) {
      visit(node.tryBlock, node.catchClause !== undefined);
      for (const part of [node.catchClause, node.finallyBlock]) if (part) visit(part, inTry);
    } else {
      // A try does not catch errors of a function that is defined in it and called later.
      ts.forEachChild(node, (child) => visit(child, inTry && !ts.isFunctionLike(child)));
    }
  };
  visit(ts.createSourceFile(where, text, ts.ScriptTarget.Latest, true), false);
  return faults;
}

function isValueImport(node) {
  return (
    (ts.isImportDeclaration(node) && !node.importClause?.isTypeOnly) ||
    (ts.isExportDeclaration(node) && !node.isTypeOnly)
  );
}

/** "@scope/name/path" → "@scope/name". */
export function bareName(specifier) {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

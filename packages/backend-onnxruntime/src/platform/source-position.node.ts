// Selected by the "node" condition in package.json's imports.
import { findSourceMap } from "node:module";

/**
 * The source position of a line of executed code, such as "model.ts:12:5", if a source map has it.
 * @param line from 1, like the column
 */
export function sourcePosition(file: string, line: number, column: number): string | undefined {
  const entry = findSourceMap(file)?.findEntry(line - 1, column - 1);
  if (entry === undefined || !("originalSource" in entry)) return undefined;
  const { originalSource, originalLine, originalColumn } = entry;
  return `${originalSource}:${originalLine + 1}:${originalColumn + 1}`;
}

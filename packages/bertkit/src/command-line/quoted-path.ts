/** A path as an argument of a command that is printed, to be pasted into a shell. */
export function quotedPath(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : JSON.stringify(path);
}

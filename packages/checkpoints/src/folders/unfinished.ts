/** The content of a folder's entry file while its other files are replaced. Every library's reader rejects it. */
export const unfinishedText =
  "A save of this folder was interrupted, so it has no complete model. Save it again, or remove the folder.\n";

/** Whether a file is what an interrupted save leaves. */
export function isUnfinished(text: string): boolean {
  return text === unfinishedText;
}

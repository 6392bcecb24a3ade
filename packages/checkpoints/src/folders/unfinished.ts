/** Stands in a folder's entry file while its other files are put in place; no reader of any library takes it. */
export const unfinishedText =
  "A save of this folder was stopped midway, so it holds no whole model. Save it again, or remove the folder.\n";

/** Whether a file is what a save that was stopped midway leaves. */
export function isUnfinished(text: string): boolean {
  return text === unfinishedText;
}

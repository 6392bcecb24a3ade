import { checkFileName } from "../folders/folder.ts";

/**
 * The latest checkpoint that the text of a file `checkpoint` names, or undefined where it names none. A training run
 * elsewhere leaves an absolute path: only its last part counts. Throws a CheckpointError for what is no file name.
 *
 * checkpointPrefix('model_checkpoint_path: "model.ckpt-1000"\n') → "model.ckpt-1000"
 */
export function checkpointPrefix(text: string): string | undefined {
  const path = /^\s*model_checkpoint_path:\s*"((?:[^"\\\n]|\\.)*)"/m.exec(text)?.[1];
  return path && checkFileName(path.slice(path.lastIndexOf("/") + 1));
}

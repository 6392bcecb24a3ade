import { checkOptions } from "@bertkit/checks";
import type { Dataset } from "../dataset/dataset.ts";
import { DatasetError } from "../dataset-error.ts";
import { imdbRules } from "../option-rules.ts";
import { readFolder } from "./read-folder.ts";

/** The labels of the Large Movie Review Dataset, in the order of their indices. */
export const imdbLabels: readonly ["neg", "pos"] = ["neg", "pos"];

export interface ImdbExample {
  readonly id: string;
  readonly text: string;
  /** 0 is negative, 1 positive; undefined in the folder "unsup". */
  readonly label: number | undefined;
  /** Stars, 1 to 10; undefined in the folder "unsup". */
  readonly rating: number | undefined;
}

export interface ImdbOptions {
  /** Also read the folder "unsup". Default false. */
  readonly unlabeled?: boolean;
}

/**
 * The Large Movie Review Dataset (Maas et al. 2011), extracted: "aclImdb/train" or "aclImdb/test", with its folders neg
 * and pos, and with `unlabeled` also unsup. Line breaks in these texts are "<br />", and are kept.
 */
export async function readImdb(
  folder: string | Iterable<File>,
  options: ImdbOptions = {},
): Promise<Dataset<ImdbExample>> {
  checkOptions("readImdb", options, imdbRules);
  const { unlabeled = false } = options;
  const examples = await readFolder(folder, { labels: unlabeled ? [...imdbLabels, "unsup"] : imdbLabels });
  return examples.map(({ path, label, text }) => {
    const [, id, rating] = /\/(\d+)_(\d+)\.txt$/.exec(path) ?? [];
    if (id === undefined)
      throw new DatasetError(
        "readImdb",
        "expected a file name with id, _ and stars, such as 12_8.txt. Remove the file, or read the folder with readFolder.",
        { file: path },
      );
    const isLabelled = label !== "unsup";
    return {
      id,
      text,
      label: isLabelled ? (imdbLabels as readonly string[]).indexOf(label) : undefined,
      rating: isLabelled ? Number(rating) : undefined,
    };
  });
}

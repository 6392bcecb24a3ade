import { checkOptions, type Rules } from "@bertkit/checks";
import type { AnyIterable } from "../iterables/any-iterable.ts";
import { nameOf, type Source, type SourceOptions } from "../sources/source.ts";
import { Dataset } from "./dataset.ts";
import { readsOnce, spent } from "./from-items.ts";

/**
 * The dataset of a reader whose options are checked. It has its file's name, which is passed to `read`; `read` runs in
 * each pass.
 */
export function readerDataset<Item, Options extends SourceOptions>(
  where: string,
  source: Source,
  options: Options,
  rules: Rules<NoInfer<Options>>,
  read: (options: Options) => AnyIterable<Item>,
): Dataset<Item> {
  checkOptions<Options>(where, options, rules);
  const file = options.file ?? nameOf(source);
  const named = file === undefined ? options : { ...options, file };
  const name = file ?? "the data";
  let isSpent = false;
  const open = (): AnyIterable<Item> => {
    if (readsOnce(source)) {
      if (isSpent) throw spent(name);
      isSpent = true;
    }
    return read(named);
  };
  return Dataset.from(open, { name });
}

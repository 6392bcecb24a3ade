import type { DatasetParts } from "./pass.ts";

/** Caches the items of the first complete pass in memory, for later passes in the same order. */
export function memoryCached<Item>({ name, size, open }: DatasetParts<Item>): DatasetParts<Item> {
  let kept: readonly Item[] | undefined;
  return {
    name,
    size,
    open: async function* ({ skip }) {
      let index = 0;
      if (kept === undefined) {
        const items: Item[] = [];
        for await (const item of open({ epoch: 0, skip: 0 })) {
          items.push(item);
          if (index++ >= skip) yield item;
        }
        kept = items;
        return;
      }
      for (index = skip; index < kept.length; index++) yield kept[index]!;
    },
  };
}

import { checkArray } from "../check-options.ts";

/** One part of a template: a sequence or a special token. */
export type TemplatePart =
  | { readonly sequence: 0 | 1; readonly typeId: number }
  | { readonly token: string; readonly id: number; readonly typeId: number };

/** Fourth step, as data: the special tokens around one sequence, and around a pair; each sequence once. */
export interface PostProcessor {
  readonly single: readonly TemplatePart[];
  readonly pair: readonly TemplatePart[];
}

/** `[CLS] A [SEP]` with type 0, `B [SEP]` with type 1 (Devlin et al. 2018, section 3). */
export function bertTemplate(
  classification: { token: string; id: number },
  separator: { token: string; id: number },
): PostProcessor {
  checkArray(
    "bertTemplate",
    "tokens",
    [classification, separator],
    "{ token, id }",
    (token: typeof separator) => token?.id >= 0,
  );
  const single: TemplatePart[] = [
    { ...classification, typeId: 0 },
    { sequence: 0, typeId: 0 },
    { ...separator, typeId: 0 },
  ];
  return { single, pair: [...single, { sequence: 1, typeId: 1 }, { ...separator, typeId: 1 }] };
}

/** The parts in order, with or without special tokens. */
export function templateFor(
  processor: PostProcessor,
  pair: boolean,
  { addSpecialTokens = true }: { addSpecialTokens?: boolean | undefined },
): readonly TemplatePart[] {
  const template = pair ? processor.pair : processor.single;
  return addSpecialTokens ? template : template.filter((part) => "sequence" in part);
}

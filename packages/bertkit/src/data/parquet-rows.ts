import type { InstanceRow } from "./encoded-block.ts";

type ColumnName = keyof InstanceRow;

const lists: readonly ColumnName[] = [
  "input_ids",
  "token_type_ids",
  "attention_mask",
  "labels",
  "masked_lm_positions",
  "masked_lm_ids",
];

/** The columns of instances, filled from lines of JSON. */
export interface ParquetColumns {
  readonly values: Readonly<Record<ColumnName, unknown[]>>;
  add(lines: Uint8Array): void;
}

export function parquetColumns(): ParquetColumns {
  const values = Object.fromEntries([...lists, "next_sentence_label"].map((name) => [name, [] as unknown[]])) as Record<
    ColumnName,
    unknown[]
  >;
  const decoder = new TextDecoder();
  return {
    values,
    add: (bytes) => {
      for (const line of decoder.decode(bytes).split("\n")) {
        if (line === "") continue;
        const row = JSON.parse(line) as InstanceRow;
        for (const name of lists) values[name].push(Int32Array.from(row[name] as readonly number[]));
        values.next_sentence_label.push(row.next_sentence_label);
      }
    },
  };
}

/**
 * A Parquet file of columns, with lists as in Apache Arrow and Hugging Face's datasets. Written by hyparquet-writer.
 */
export async function parquetBytes({ values }: ParquetColumns): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const schema = [
    { name: "root", num_children: lists.length + 1 },
    ...lists.flatMap((name) => [
      { name, repetition_type: "OPTIONAL" as const, num_children: 1, converted_type: "LIST" as const },
      { name: "list", repetition_type: "REPEATED" as const, num_children: 1 },
      { name: "element", type: "INT32" as const, repetition_type: "OPTIONAL" as const },
    ]),
    { name: "next_sentence_label", type: "INT32" as const, repetition_type: "OPTIONAL" as const },
  ];
  const columnData = [...lists, "next_sentence_label" as const].map((name) => ({
    name,
    data: values[name].map((value) => (value instanceof Int32Array ? [...value] : value)),
  }));
  return new Uint8Array(parquetWriteBuffer({ schema, columnData, rowGroupSize: 5000, statistics: false }));
}

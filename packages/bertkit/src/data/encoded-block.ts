import { type RecordBytes, TfExampleRecords } from "@bertkit/datasets";
import { type FeatureNames, instancesFeatures, type PretrainingInstance } from "@bertkit/pretraining";

/** File format of instances. */
export type InstanceFormat = "tfrecord" | "parquet" | "jsonl";

export interface EncodingOptions {
  readonly format: InstanceFormat;
  readonly length: number;
  readonly maxPredictions: number;
  readonly names: FeatureNames;
  readonly paddingId: number;
}

/** Encoded instances, concatenated. */
export type EncodedBlock = RecordBytes;

/**
 * Encodes instances: as TFRecords of padded tf.Examples, or as JSON Lines without padding, which are also the source of
 * Parquet rows.
 */
export function encodeBlock(instances: readonly PretrainingInstance[], options: EncodingOptions): EncodedBlock {
  const { format, length, maxPredictions, names, paddingId } = options;
  if (format === "tfrecord") {
    for (const features of instancesFeatures(instances, { length, maxPredictions, names, paddingId }))
      examples.add(features);
    return examples.take();
  }
  const encoder = new TextEncoder();
  const records = instances.map((instance) => encoder.encode(`${JSON.stringify(rowOf(instance))}\n`));
  const ends = new Int32Array(records.length);
  const bytes = new Uint8Array(records.reduce((sum, record) => sum + record.length, 0));
  let end = 0;
  for (const [i, record] of records.entries()) {
    bytes.set(record, end);
    end += record.length;
    ends[i] = end;
  }
  return { bytes, ends };
}

/** Reused: it has the size of a block. */
const examples = new TfExampleRecords();

/** The input names of Hugging Face's BertForPreTraining, including labels. */
export interface InstanceRow {
  readonly input_ids: readonly number[];
  readonly token_type_ids: readonly number[];
  readonly attention_mask: readonly number[];
  /** The original ids at masked positions, else −100; as long as `input_ids`. */
  readonly labels: readonly number[];
  readonly masked_lm_positions: readonly number[];
  readonly masked_lm_ids: readonly number[];
  /** 1 if the second segment is random, or the segments are swapped. */
  readonly next_sentence_label: 0 | 1;
}

function rowOf({ inputIds, tokenTypeIds, maskedPositions, maskedIds, isRandomNext }: PretrainingInstance): InstanceRow {
  const labels = new Array<number>(inputIds.length).fill(-100);
  maskedPositions.forEach((position, i) => (labels[position] = maskedIds[i]!));
  return {
    input_ids: [...inputIds],
    token_type_ids: [...tokenTypeIds],
    attention_mask: new Array<number>(inputIds.length).fill(1),
    labels,
    masked_lm_positions: [...maskedPositions],
    masked_lm_ids: [...maskedIds],
    next_sentence_label: isRandomNext ? 1 : 0,
  };
}

/** The instance of a row, with or without padding. @throws RangeError on an invalid row */
export function instanceOfRow(row: Readonly<Record<string, unknown>>): PretrainingInstance {
  const list = (name: string): Int32Array => {
    const value = row[name];
    if (Array.isArray(value) || ArrayBuffer.isView(value))
      return Int32Array.from(value as unknown as ArrayLike<number>);
    throw new RangeError(`a row has no list ${name}. Read files that bertkit data wrote.`);
  };
  return {
    inputIds: list("input_ids"),
    tokenTypeIds: list("token_type_ids"),
    maskedPositions: list("masked_lm_positions"),
    maskedIds: list("masked_lm_ids"),
    isRandomNext: row["next_sentence_label"] === 1,
  };
}

export { DatasetError } from "./dataset-error.ts";
export type { FilePlace } from "./dataset-error.ts";
export type { AnyIterable } from "./iterables/any-iterable.ts";
export { batch } from "./iterables/batch.ts";
export type { BatchOptions } from "./iterables/batch.ts";
export { bucketByLength } from "./iterables/bucket-by-length.ts";
export type { BucketOptions } from "./iterables/bucket-by-length.ts";
export { collect } from "./iterables/collect.ts";
export { concat } from "./iterables/concat.ts";
export { filter } from "./iterables/filter.ts";
export { map } from "./iterables/map.ts";
export type { Random } from "./iterables/random-integer.ts";
export { repeat } from "./iterables/repeat.ts";
export { shuffle } from "./iterables/shuffle.ts";
export type { ShuffleOptions } from "./iterables/shuffle.ts";
export { splitHoldout } from "./iterables/split-holdout.ts";
export type { Holdout, HoldoutOptions } from "./iterables/split-holdout.ts";
export { take } from "./iterables/take.ts";
export { Corpus, readCorpus, type CorpusOptions, type CorpusOrder } from "./corpus/corpus.ts";
export type { CorpusFile, CorpusFormat } from "./corpus/corpus-file.ts";
export type { CorpusLayout } from "./corpus/corpus-layout.ts";
export type { CorpusPart } from "./corpus/corpus-part.ts";
export { Dataset, type CacheOptions } from "./dataset/dataset.ts";
export type { BatchOptions as DatasetBatchOptions } from "./dataset/batches.ts";
export type { InterleaveOptions, MixOptions, Until } from "./dataset/combined.ts";
export type { DatasetPosition, DatasetReader } from "./dataset/dataset-reader.ts";
export type { DatasetOptions, Items } from "./dataset/from-items.ts";
export type { DatasetParts, Pass } from "./dataset/pass.ts";
export type { SeededShuffleOptions } from "./dataset/shuffled.ts";
export type { SplitOptions } from "./dataset/split.ts";
export { readJson, type JsonOptions } from "./formats/read-json.ts";
export { readJsonl } from "./formats/read-jsonl.ts";
export { readParquet, type ParquetOptions } from "./formats/read-parquet.ts";
export { encodeTfExample, type TfFeatureValues } from "./formats/encode-tf-example.ts";
export { type RecordBytes, TfExampleRecords } from "./formats/tf-example-records.ts";
export { tfrecord } from "./formats/write-tfrecord.ts";
export {
  mergeShardIndexes,
  parseShardIndex,
  shardIndexText,
  type ShardEntry,
  type ShardFile,
  type ShardIndex,
} from "./shards/shard-index.ts";
export { readTfExamples, readTfrecords } from "./formats/read-tfrecords.ts";
export type { TfExample, TfFeature } from "./formats/tf-example.ts";
export type { JsonObject } from "./formats/json-value.ts";
export { hubDataset, type HubDatasetOptions } from "./hub/hub-dataset.ts";
export type { MultipleChoiceExample } from "./readers/multiple-choice-example.ts";
export { agNewsLabels, readAgNews } from "./readers/read-ag-news.ts";
export { readFolder, type FolderExample, type FolderOptions } from "./readers/read-folder.ts";
export { imdbLabels, readImdb, type ImdbExample, type ImdbOptions } from "./readers/read-imdb.ts";
export { readRace } from "./readers/read-race.ts";
export { readSmsSpam, smsSpamLabels } from "./readers/read-sms-spam.ts";
export { readSts, type StsExample, type StsOptions } from "./readers/read-sts.ts";
export {
  commitmentBankLabels,
  readBoolQ,
  readCommitmentBank,
  readCopa,
  readWordInContext,
  type WordInContextExample,
} from "./readers/read-super-glue.ts";
export { readSwag } from "./readers/read-swag.ts";
export { readTrec, trecLabels, type TrecExample } from "./readers/read-trec.ts";
export { readXnli, type XnliExample, type XnliOptions } from "./readers/read-xnli.ts";
export type { TextExample } from "./readers/text-example.ts";
export { glueTasks } from "./readers/glue-tasks.ts";
export type { GlueTask, GlueTaskName } from "./readers/glue-tasks.ts";
export { iob1ToBio } from "./readers/iob1-to-bio.ts";
export { readConll } from "./readers/read-conll.ts";
export type { ConllOptions, TaggedSentence, TagScheme } from "./readers/read-conll.ts";
export { readDocuments } from "./readers/read-documents.ts";
export { readGlue } from "./readers/read-glue.ts";
export type { GlueExample } from "./readers/read-glue.ts";
export { goEmotionsLabels, readGoEmotions } from "./readers/read-go-emotions.ts";
export type { GoEmotionsExample } from "./readers/read-go-emotions.ts";
export { jigsawLabels, readJigsaw } from "./readers/read-jigsaw.ts";
export type { JigsawExample } from "./readers/read-jigsaw.ts";
export { readSquad } from "./readers/read-squad.ts";
export type { SquadAnswer, SquadExample } from "./readers/read-squad.ts";
export { readWikitext } from "./readers/read-wikitext.ts";
export type { WikitextArticle } from "./readers/read-wikitext.ts";
export { readCsv } from "./tables/read-csv.ts";
export type { CsvOptions } from "./tables/read-csv.ts";
export { readTsv } from "./tables/read-tsv.ts";
export type { BadRowOptions, TableOptions } from "./tables/table-options.ts";
export { TableRow } from "./tables/table-row.ts";
export { readLines } from "./text/lines.ts";
export { readText } from "./text/read-text.ts";
export type { Source, SourceOptions } from "./sources/source.ts";
export { sentenceSplitter, type SentenceSplitter } from "./text/sentence-splitter.ts";
export { splitSentences } from "./text/split-sentences.ts";

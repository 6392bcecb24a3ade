import type { Folder } from "@bertkit/checkpoints";
import { useBackend } from "@bertkit/backend";
import { checkObject, shown } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { modelFolder } from "../model/folder-of.ts";
import { type PooledVectors, pooledVectorsOf } from "../inference/pooled.ts";
import type { TokenVectors } from "../model/canary.ts";
import { loadModel } from "../model/from-pretrained.ts";
import type { LoadBertOptions, LoadedParts } from "../model/load-bert.ts";
import type { Pretrained } from "../model/pretrained.ts";
import type { LoadedPipeline, PipelineModel } from "./pipeline-model.ts";
import { featureExtractionTask, type FeatureExtractionPipeline } from "./tasks/feature-extraction-task.ts";
import { fillMaskTask, type FillMaskPipeline } from "./tasks/fill-mask-task.ts";
import { questionAnsweringTask, type QuestionAnsweringPipeline } from "./tasks/question-answering-task.ts";
import { sentenceSimilarityTask, type SentenceSimilarityPipeline } from "./tasks/sentence-similarity-task.ts";
import { textClassificationTask, type TextClassificationPipeline } from "./tasks/text-classification-task.ts";
import { textRankingTask, type TextRankingPipeline } from "./tasks/text-ranking-task.ts";
import { tokenClassificationTask, type TokenClassificationPipeline } from "./tasks/token-classification-task.ts";
import { zeroShotClassificationTask, type ZeroShotPipeline } from "./tasks/zero-shot-classification-task.ts";

/** The type of each task's pipeline. */
export interface Pipelines {
  readonly "feature-extraction": FeatureExtractionPipeline;
  readonly "fill-mask": FillMaskPipeline;
  readonly "text-classification": TextClassificationPipeline;
  readonly "token-classification": TokenClassificationPipeline;
  readonly "question-answering": QuestionAnsweringPipeline;
  readonly "zero-shot-classification": ZeroShotPipeline;
  readonly "sentence-similarity": SentenceSimilarityPipeline;
  readonly "text-ranking": TextRankingPipeline;
  /** token-classification */
  readonly ner: TokenClassificationPipeline;
  /** text-classification */
  readonly "sentiment-analysis": TextClassificationPipeline;
  /** feature-extraction */
  readonly embeddings: FeatureExtractionPipeline;
}

export type PipelineTask = keyof Pipelines;

type Tasks = {
  /** @param vectors computes the vectors of texts, if it exists already */
  readonly [Task in PipelineTask]: (model: PipelineModel, vectors?: PooledVectors) => Pipelines[Task];
};

const tasks: Tasks = {
  "feature-extraction": featureExtractionTask,
  "fill-mask": fillMaskTask,
  "text-classification": textClassificationTask,
  "token-classification": tokenClassificationTask,
  "question-answering": questionAnsweringTask,
  "zero-shot-classification": zeroShotClassificationTask,
  "sentence-similarity": sentenceSimilarityTask,
  "text-ranking": textRankingTask,
  ner: tokenClassificationTask,
  "sentiment-analysis": textClassificationTask,
  embeddings: featureExtractionTask,
};

/** Tasks that compute the vectors of texts. */
const ofVectors: ReadonlySet<unknown> = new Set([featureExtractionTask, sentenceSimilarityTask]);

/** The name of a task, which may be given by an alias. */
export function taskName(task: PipelineTask): string {
  return Object.keys(tasks).find((name) => tasks[name as PipelineTask] === tasks[task])!;
}

/** `pipeline` on this thread. */
export async function loadPipeline<Task extends PipelineTask>(
  task: Task,
  model: string | Folder | PipelineModel,
  loading: LoadBertOptions = {},
): Promise<Pipelines[Task]> {
  if (typeof model !== "string" && "tokenizer" in model) {
    const given = Object.entries(loading).find(([, value]) => value !== undefined);
    if (given !== undefined)
      throw new TypeError(`pipeline: options are for loading a model, got ${given[0]} with a loaded one. Omit it.`);
    checkObject(
      "pipeline",
      "the model",
      model,
      "a loaded model or { config, tokenizer, encoder, … }",
      "config",
      "tokenizer",
      "encoder",
    );
    return tasks[task](model);
  }
  if (!tf.getBackend()) await useBackend();
  const { tokenizer: _tokenizer, canary: _canary, dtype: _dtype, ...hub } = loading;
  const folder = await modelFolder(model, hub);
  let vectors: PooledVectors | undefined;
  // The canary runs in the graph of the texts, which is then made.
  const inItsGraph = (model: LoadedParts): TokenVectors => {
    const own = (vectors = pooledVectorsOf(model));
    return (batch) => own.tokens(batch);
  };
  const loaded = (await loadModel(folder, loading, ofVectors.has(tasks[task]) ? inItsGraph : undefined).catch(
    (error: unknown) => {
      vectors?.dispose();
      throw error;
    },
  )) as Pretrained;
  try {
    const pipe: LoadedPipeline = tasks[task](loaded, vectors);
    const dispose = pipe.dispose;
    return Object.assign(pipe, {
      dispose: () => {
        dispose();
        loaded.dispose();
      },
    }) as Pipelines[Task];
  } catch (error) {
    loaded.dispose();
    throw error;
  }
}

/** @throws RangeError for an unknown task; TypeError if it is not a model */
export function checkTaskAndModel(task: PipelineTask, model: unknown): void {
  if (typeof task !== "string" || !Object.hasOwn(tasks, task))
    throw new RangeError(`pipeline: there is no task ${shown(task)}. Use ${Object.keys(tasks).join(", ")}.`);
  if ((typeof model !== "object" && typeof model !== "string") || model === null)
    throw new TypeError(
      `pipeline: the model must be a path, a name of the hub, a Folder or a loaded model, got ${shown(model)}. Pass pipeline("${task}", "path/to/model").`,
    );
}

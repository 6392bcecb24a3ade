import { checkOptions, oneOf, trueOrFalse, wholeNumber } from "@bertkit/checks";
import { loadExportOnnx } from "#export-onnx";
import { checkFileName, type FilePieces, type Folder, writeFile, writeTogether } from "@bertkit/checkpoints";
import { type EncoderInputs, forwardFirst } from "@bertkit/encoder";
import { inference, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { checkParts } from "./check-parts.ts";
import { folderOf } from "./folder-of.ts";
import type { PretrainedParts } from "./pretrained.ts";
import { rejectOtherModel, weightFiles } from "./reject-other-model.ts";
import { writeConfigAndTokenizer } from "./save-pretrained.ts";

/** The task of an exported model, named as the pipeline that uses it. */
export type OnnxTask =
  | "feature-extraction"
  | "fill-mask"
  | "next-sentence-prediction"
  | "question-answering"
  | "text-classification"
  | "token-classification";

export interface SaveOnnxOptions {
  /** Default: the task of the model's head, a classifier before the masked LM; feature extraction without a head. Required with a multiple-choice head, which is not exported. */
  readonly task?: OnnxTask;
  /** ONNX opset version, at least 17. Default 17, which all current runtimes support. */
  readonly opset?: number;
  /**
   * "q8": dynamic quantization to bytes, a quarter of the size. The file is then onnx/model_quantized.onnx, which
   * transformers.js reads with its `dtype: "q8"`; a file of another dtype is kept. Default "fp32".
   */
  readonly dtype?: "fp32" | "q8";
  /**
   * Write the weights to a separate file beside it, such as onnx/model.onnx_data; required from 2 GiB. It is written
   * directly, whereas a single file is first assembled in memory. Default false.
   */
  readonly externalData?: boolean;
}

type Outputs = Record<string, tf.Tensor>;

/** A task, the part of the model that it runs, and the Hugging Face class. */
interface Exported {
  readonly task: OnnxTask;
  readonly part: keyof PretrainedParts;
  readonly architecture: string;
  readonly run: (parts: PretrainedParts, inputs: EncoderInputs) => Outputs;
}

const tasks: readonly Exported[] = [
  {
    task: "text-classification",
    part: "classifier",
    architecture: "BertForSequenceClassification",
    run: ({ classifier }, inputs) => ({ logits: classifier!.forward(inputs, inference) }), // [batch, labels]
  },
  {
    task: "token-classification",
    part: "tokenClassifier",
    architecture: "BertForTokenClassification",
    run: ({ tokenClassifier }, inputs) => ({ logits: tokenClassifier!.forward(inputs, inference) }), // [batch, tokens, labels]
  },
  {
    task: "question-answering",
    part: "questionAnswerer",
    architecture: "BertForQuestionAnswering",
    run: ({ questionAnswerer }, inputs) => {
      const [start, end] = tf.unstack(questionAnswerer!.forward(inputs, inference), 2); // [batch, tokens] each
      return { start_logits: start!, end_logits: end! };
    },
  },
  {
    task: "fill-mask",
    part: "maskedLm",
    architecture: "BertForMaskedLM",
    run: ({ encoder, maskedLm }, inputs) => {
      const logits = maskedLm!.forward(encoder.forward(inputs, inference).sequenceOutput); // [batch · tokens, vocabulary]
      return { logits: tf.reshape(logits, [...inputs.inputIds.shape, -1]) }; // [batch, tokens, vocabulary]
    },
  },
  {
    task: "next-sentence-prediction",
    part: "nextSentence",
    architecture: "BertForNextSentencePrediction",
    run: ({ encoder, nextSentence }, inputs) => {
      const { pooledOutput } = forwardFirst(encoder, inputs, inference);
      if (!pooledOutput) throw new Error("saveOnnx: the encoder has no pooler, which next-sentence prediction reads.");
      return { logits: nextSentence!.forward(pooledOutput) }; // [batch, 2]
    },
  },
  {
    task: "feature-extraction",
    part: "encoder",
    architecture: "BertModel",
    run: ({ encoder }, inputs) => {
      const { sequenceOutput, pooledOutput } = encoder.forward(inputs, inference);
      return { last_hidden_state: sequenceOutput, ...(pooledOutput && { pooler_output: pooledOutput }) };
    },
  },
];

const axes = { 0: "batch_size", 1: "sequence_length" };

/**
 * Saves a model for ONNX runtimes, in the layout of transformers.js: config.json, the tokenizer files and
 * onnx/model.onnx (see `dtype`) with the int64 inputs input_ids, attention_mask and token_type_ids, [batch, tokens] of any size. The
 * outputs are last_hidden_state, and pooler_output if there is a pooler, for feature extraction; start_logits and
 * end_logits for question answering; logits for every other task. Only in Node. All files are replaced together
 * (`writeTogether`).
 *
 * @param folder a path, or any writable `Folder`; it may already have the same model in another format
 * @throws before anything is written, if the model has no part for the task, or a multiple-choice head and no task is given, or the folder has the weights of another
 *   model, which would use the same config.json and tokenizer
 */
export async function saveOnnx(
  folder: string | Folder,
  parts: PretrainedParts,
  options: SaveOnnxOptions = {},
): Promise<void> {
  checkOptions("saveOnnx", options, {
    task: oneOf(onnxTasks),
    opset: wholeNumber(17, 22),
    dtype: oneOf(["fp32", "q8"]),
    externalData: trueOrFalse,
  });
  checkParts("saveOnnx", parts);
  const { task, opset = 17, dtype = "fp32", externalData = false } = options;
  const file = dtype === "q8" ? "model_quantized.onnx" : "model.onnx";
  const chosen = tasks.find((known) => (task === undefined ? parts[known.part] !== undefined : known.task === task));
  if (task === undefined && parts.multipleChoice !== undefined)
    throw new Error(
      'saveOnnx: a multiple-choice head cannot be exported. Pass { task: "feature-extraction" } for the encoder alone, or another task of the model.',
    );
  if (!chosen) throw new Error(`saveOnnx: there is no task ${JSON.stringify(task)}, only ${onnxTasks.join(", ")}.`);
  if (parts[chosen.part] === undefined)
    throw new Error(`saveOnnx: the model has no ${chosen.part}, which ${chosen.task} needs. Choose another task.`);
  const target = await folderOf(folder);
  await rejectOtherModel("saveOnnx", target, parts, weightFiles);
  const exportOnnx = await loadExportOnnx();
  const length = Math.min(128, parts.config.maxPositionEmbeddings);
  const example = tf.zeros([2, length], "int32");
  try {
    const exported = exportOnnx(
      (inputs) =>
        chosen.run(parts, {
          inputIds: inputs["input_ids"] as tf.Tensor2D,
          attentionMask: inputs["attention_mask"] as tf.Tensor2D,
          tokenTypeIds: inputs["token_type_ids"] as tf.Tensor2D,
        }),
      { input_ids: example, attention_mask: example, token_type_ids: example },
      {
        dynamicAxes: { input_ids: axes, attention_mask: axes, token_type_ids: axes },
        int64Inputs: ["input_ids", "attention_mask", "token_type_ids"],
        weightNames: variables({ encoder: parts.encoder, [chosen.part]: parts[chosen.part] }),
        opset,
        dtype,
        ...(externalData && { externalData: `${file}_data` }),
      },
    );
    await writeTogether(target, "config.json", async (staged) => {
      await staged.remove(`onnx/${file}_data`); // from an earlier export
      await writeFile(staged, `onnx/${file}`, exported.model);
      if (exported.externalData) {
        const { location, chunks } = exported.externalData;
        await writeFile(staged, checkFileName(`onnx/${location}`), pieces(chunks));
      }
      await writeConfigAndTokenizer(staged, parts, [chosen.architecture]);
    });
  } finally {
    example.dispose();
  }
}

/** The tasks of `saveOnnx`. */
export const onnxTasks: readonly OnnxTask[] = tasks.map(({ task }) => task);

/** The chunks of one file. */
function pieces(chunks: readonly Uint8Array[]): FilePieces {
  return {
    size: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    async *[Symbol.asyncIterator]() {
      yield* chunks;
    },
  };
}

import { callable, checkOptions, required, text, type Rules } from "@bertkit/checks";
import {
  CheckpointError,
  type Folder,
  importProblems,
  importVariables,
  openWeights,
  readJson,
} from "@bertkit/checkpoints";
import { dispose, type NameRule, prefixRules, type Rng, withoutDraws } from "@bertkit/nn";
import { type Encoder, huggingFaceSpellings } from "@bertkit/encoder";
import * as tf from "@tensorflow/tfjs-core";
import { configError } from "../config/config-error.ts";
import { textListField } from "../config/json-fields.ts";
import { rejectUnusedLayers } from "../model/reject-unused-layers.ts";
import { ConfigFields } from "./config-fields.ts";
import type { Family } from "./family.ts";

/** Describes a Hugging Face encoder: how its config becomes parts, and the names of its variables in files. */
export interface EncoderFamily<E extends Encoder> {
  /** For messages, such as "DistilBERT". */
  readonly name: string;
  /** config.json's `model_type`. */
  readonly modelType: string;
  /** Prefix of names in files with a head, such as "distilbert."; files of bare encoders omit it. */
  readonly prefix: string;
  /** Builds the encoder with uninitialized variables: `rng` draws nothing. */
  readonly encoder: (config: ConfigFields, rng: Rng) => E;
  /** Maps its variables' paths to names without the prefix. */
  readonly names: (config: ConfigFields) => readonly NameRule[];
}

/**
 * An encoder from a folder; it takes ids. It is a model for `variables`, `freeze` and the other functions of
 * @bertkit/nn.
 */
export interface PretrainedEncoder<E extends Encoder = Encoder> {
  readonly encoder: E;
  /** The parsed config.json. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The Hugging Face classes that the folder was saved from, according to its config. */
  readonly architectures: readonly string[];
  /** Names of tensors in the file that the encoder does not use, such as a head's. */
  readonly unused: readonly string[];
  /** Frees every variable. */
  dispose(): void;
}

const rules: Rules<EncoderFamily<Encoder>> = {
  name: required(text),
  modelType: required(text),
  prefix: required(text),
  encoder: required(callable),
  names: required(callable),
};

/** The fields of the number of layers with weights of their own: ALBERT's groups share them, DistilBERT has its own name. */
const layerFields = ["num_hidden_groups", "n_layers"];

/** A family for `fromPretrained` whose models are an encoder, without tokenizer and heads. */
export function encoderFamily<E extends Encoder>(family: EncoderFamily<E>): Family<PretrainedEncoder<E>> {
  checkOptions("encoderFamily", family, rules as Rules<EncoderFamily<E>>);
  const configOf = async (folder: Folder): Promise<Readonly<Record<string, unknown>>> => {
    const json = await readJson(folder, "config.json");
    if (json) return json;
    throw configError(`fromPretrained: there is no config.json in ${folder.label ?? "the folder"}.`);
  };
  return {
    name: family.name,
    fits: async (folder) => (await readJson(folder, "config.json"))?.["model_type"] === family.modelType,
    async load(folder) {
      const config = await configOf(folder);
      const weights = await openWeights(folder);
      let encoder: E | undefined;
      try {
        const fields = new ConfigFields(config, weights.entries);
        const architectures = textListField(config, "architectures");
        encoder = build(family, fields);
        const bare = family.names(fields);
        const headed = [...weights.entries.keys()].some((name) => name.startsWith(family.prefix));
        const rules = headed ? prefixRules(bare, { name: family.prefix }) : bare;
        const report = await importVariables(encoder, weights, rules, {
          strict: false,
          eager: true,
          spellings: huggingFaceSpellings,
        });
        const problems = importProblems({ ...report, unexpected: [] });
        if (problems)
          throw new CheckpointError("NAMES", `fromPretrained: the weights do not fit config.json. ${problems}.`);
        const field = layerFields.find((name) => Object.hasOwn(config, name)) ?? "num_hidden_layers";
        rejectUnusedLayers(weights.entries.keys(), report.unexpected, field);
        const own = encoder;
        return { encoder: own, config, architectures, unused: report.unexpected, dispose: () => dispose(own) };
      } catch (error) {
        if (encoder) dispose(encoder);
        throw error;
      } finally {
        await weights.close();
      }
    },
  };
}

function build<E extends Encoder>({ name, encoder }: EncoderFamily<E>, fields: ConfigFields): E {
  const before = new Set(Object.values(tf.engine().registeredVariables));
  try {
    return encoder(fields, withoutDraws);
  } catch (cause) {
    tf.dispose(Object.values(tf.engine().registeredVariables).filter((variable) => !before.has(variable)));
    if (cause instanceof CheckpointError) throw cause;
    throw configError(`fromPretrained: config.json does not describe a ${name}: ${(cause as Error).message}`, cause);
  }
}

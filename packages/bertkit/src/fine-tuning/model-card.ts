import type { FineTuningResult } from "./fine-tune-options.ts";

/** The facts in a model card. */
export interface ModelCardFacts {
  readonly name: "classify" | "ner" | "answer" | "choose" | "rank" | "embed";
  readonly things: string;
  readonly facts: readonly string[];
  /** The folder or repository that training started from. */
  readonly base: string;
  /** Whether `base` is a repository on the hub, whose name identifies it; a path means nothing to others. */
  readonly baseIsRepository: boolean;
  readonly train: number;
  readonly heldOut: number;
  readonly result: FineTuningResult;
  readonly settings: Readonly<Record<string, unknown>>;
}

const pipelines = {
  classify: "text-classification",
  ner: "token-classification",
  answer: "question-answering",
  choose: "multiple-choice",
  rank: "text-ranking",
  embed: "sentence-similarity",
};

/** The README.md of a fine-tuned model, with the metadata that model hubs read. Deterministic. */
export function modelCard(about: ModelCardFacts): string {
  const { name, things, facts, base, baseIsRepository, train, heldOut, result, settings } = about;
  const { epochs, best } = result;
  const metrics = Object.keys(epochs[0]?.scores ?? {});
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  const inline = (text: string): string => `\`${text.replaceAll(/[`\n\r]/g, " ")}\``;
  return [
    "---",
    "library_name: bertkit",
    `pipeline_tag: ${pipelines[name]}`,
    ...(baseIsRepository ? [`base_model: ${JSON.stringify(base)}`] : []),
    "---",
    "",
    `# ${pipelines[name]}`,
    "",
    `Fine-tuned from ${inline(base)} on ${train} ${things}, evaluated on ${heldOut} held-out ones, with \`bertkit finetune ${name}\`.`,
    ...facts.map((fact) => `\n${fact.replaceAll(/[\n\r]/g, " ")}`),
    "",
    "| epoch | loss | " + metrics.map((metric) => `${metric} | `).join(""),
    row(["---", "---", ...metrics.map(() => "---")]),
    ...epochs.map(({ epoch, loss, scores = {} }) =>
      row([
        epoch === best ? `**${epoch}**` : epoch,
        loss.toFixed(4),
        ...metrics.map((metric) => scores[metric]?.toFixed(4) ?? ""),
      ]),
    ),
    "",
    `The weights are those of epoch ${best}. Settings: ${Object.entries(settings)
      .map(([key, value]) => `${key} ${String(value)}`)
      .join(", ")}.`,
    "",
  ]
    .map((line) => line.trimEnd())
    .join("\n");
}

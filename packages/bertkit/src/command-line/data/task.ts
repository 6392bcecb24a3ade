/** What a model is fine-tuned for: named as the command that uses it then. */
export type Task = "classify" | "ner" | "answer" | "choose";

export const tasks: readonly Task[] = ["classify", "ner", "answer", "choose"];

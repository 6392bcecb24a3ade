/** A task to fine-tune for, named like the command that uses the model. */
export type Task = "classify" | "ner" | "answer" | "choose" | "rank" | "embed";

export const tasks: readonly Task[] = ["classify", "ner", "answer", "choose", "rank", "embed"];

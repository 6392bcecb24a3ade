import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readQuestions } from "./question-data.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "bertkit-questions-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  await writeFile(join(directory, name), content);
  return join(directory, name);
}

const answers = { text: ["bad"], answer_start: [13] };

test("--text names the column of contexts", async () => {
  const row = { question: "how?", paragraph: "The film was bad.", context: "another", answers };
  const path = await file("rows.jsonl", `${JSON.stringify(row)}\n`);
  expect(await readQuestions(path, { text: "paragraph" })).toEqual([
    { id: "0", question: "how?", context: "The film was bad.", answers: [{ text: "bad", start: 13 }] },
  ]);
  await expect(readQuestions(path, { text: "txt" })).rejects.toThrow('--text names "txt", the columns are question,');
});

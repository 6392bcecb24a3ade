import { cases } from "./cases/index.ts";
import { huggingFaceCases } from "./hugging-face/hugging-face-case.ts";
import { type CaseResult, evaluate } from "./evaluate.ts";

/** A result, or an error. */
export type Outcome = CaseResult | { name: string; error: string };

/** Evaluates all cases, or those wanted, on the active backend, also if one throws. */
export async function evaluateAll(wanted?: readonly string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const parityCase of [...cases, ...huggingFaceCases]) {
    if (wanted?.includes(parityCase.name) === false) continue;
    try {
      outcomes.push(await evaluate(parityCase));
    } catch (error) {
      outcomes.push({
        name: parityCase.name,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  }
  return outcomes;
}

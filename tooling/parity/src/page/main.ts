// In the browser: evaluates all cases on the backend that the test selects.
import { evaluateAll, type Outcome } from "../evaluate-all.ts";
import { selectBackend } from "../select-backend.ts";

declare global {
  interface Window {
    evaluateOn: (backend: string) => Promise<Outcome[]>;
  }
}

window.evaluateOn = async (backend) => {
  await selectBackend(backend);
  return evaluateAll();
};

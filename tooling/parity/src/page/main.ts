// In the browser: evaluates every case on the backend that the test names.
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

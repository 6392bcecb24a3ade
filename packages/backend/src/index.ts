export { backendNames, type BackendName } from "./backend-name.ts";
export type { CandidateOptions } from "./candidate-options.ts";
export { Missing } from "./candidate.ts";
export { useBackend, type BackendInUse } from "./use-backend.ts";

export { backendNames, type BackendName } from "./backend-name.ts";
export type { EngineName } from "./candidate.ts";
export type { BackendOptions } from "./backend-options.ts";
export { BackendUnavailableError } from "./backend-unavailable-error.ts";
export { chosenBackend, type ChosenBackend } from "./chosen-backend.ts";
export type { CompileProgress } from "./compile-progress.ts";
export { DispatchError } from "./dispatch/dispatch-error.ts";
export { useBackend, type BackendInUse } from "./use-backend.ts";

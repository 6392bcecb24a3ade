import { CheckpointError } from "../checkpoint-error.ts";
import { shortened, shownAddress } from "../http/web-address.ts";
import type { HubRequest } from "./hub-request.ts";

/** The hub does not have the revision: a cached one is out of date. */
export class NoSuchRevision extends CheckpointError {}

/** The error for a response without the file, with the reason and the fix. */
export function responseError(
  { repository, revision, endpoint, tokenProblem }: HubRequest,
  name: string,
  response: Response,
): CheckpointError {
  const { status, headers } = response;
  const file = JSON.stringify(shortened(name));
  const where = `${repository} at ${shownAddress(endpoint.url).replace(/\/$/, "")}`;
  const problem = headers.get("x-error-code");
  const because = (text: string): CheckpointError =>
    new CheckpointError("FOLDER", `hub: ${text}${tokenProblem && status < 500 ? ` ${tokenProblem}` : ""}`);
  if (problem === "RevisionNotFound")
    return new NoSuchRevision(
      "FOLDER",
      `hub: ${where} has no revision ${JSON.stringify(revision)} to load ${file} from.`,
    );
  if (status === 404 && problem === null)
    return because(
      `${where} was not found (404): the repository or its revision ${JSON.stringify(revision)} does not exist, or it is private. Check the name and the revision, or set HF_TOKEN. Requested: ${file}.`,
    );
  if (problem === "GatedRepo" || status === 403)
    return because(
      `${where} is gated (${status}), so ${file} was not sent. Accept its terms on its page, and set HF_TOKEN.`,
    );
  if (problem === "RepoNotFound" || status === 401)
    return because(
      `${where} does not exist, or it is private (${status}). Check the name, or set HF_TOKEN. Requested: ${file}.`,
    );
  const code = problem === null ? "" : `, ${shortened(problem)}`;
  return because(`${where} answered ${status} ${shortened(response.statusText)}${code} when asked for ${file}.`);
}

/** The error if the hub did not respond, or if its response says nothing about the file. */
export function unreachable(url: URL, repository: string, cause: Error, attempts: number): CheckpointError {
  const tried = attempts === 1 ? "" : `, ${attempts} times`;
  return new CheckpointError(
    "FOLDER",
    `hub: ${shownAddress(url)} ${cause.message}${tried}. Check the network or the endpoint (HF_ENDPOINT); offline mode (HF_HUB_OFFLINE=1) uses what is cached of ${repository}.`,
    { cause },
  );
}

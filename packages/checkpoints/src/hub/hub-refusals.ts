import { CheckpointError } from "../checkpoint-error.ts";
import { shortened, shownAddress } from "../http/web-address.ts";
import type { HubRequest } from "./hub-file.ts";

/** The hub says that there is no such revision: a cache that knows one is out of date. */
export class NoSuchRevision extends CheckpointError {}

/** What an answer that gives no file means, and what to do. */
export function refusal(
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
      `hub: there is no revision ${JSON.stringify(revision)} of ${where} to take ${file} from.`,
    );
  if (status === 404 && problem === null)
    return because(
      `nothing of ${where} was found (404): there is no such repository or no revision ${JSON.stringify(revision)} of it, or it is private. Check the name and the revision, or set HF_TOKEN. This was for ${file}.`,
    );
  if (problem === "GatedRepo" || status === 403)
    return because(
      `${where} is gated (${status}) and gives no ${file}. Accept its terms on its page, and set HF_TOKEN.`,
    );
  if (problem === "RepoNotFound" || status === 401)
    return because(
      `there is no ${where}, or it is private (${status}). Check the name, or set HF_TOKEN. This was for ${file}.`,
    );
  const code = problem === null ? "" : `, ${shortened(problem)}`;
  return because(`${where} answered ${status} ${shortened(response.statusText)}${code} when asked for ${file}.`);
}

/** The hub did not answer, or not in a way that says anything about the file. */
export function unreachable(url: URL, repository: string, cause: Error, attempts: number): CheckpointError {
  const tried = attempts === 1 ? "" : `, ${attempts} times`;
  return new CheckpointError(
    "FOLDER",
    `hub: ${shownAddress(url)} ${cause.message}${tried}. Check the network or the endpoint (HF_ENDPOINT); offline mode (HF_HUB_OFFLINE=1) uses what is cached of ${repository}.`,
    { cause },
  );
}

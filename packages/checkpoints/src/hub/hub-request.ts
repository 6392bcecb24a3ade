import { checkSeconds } from "../http/time-limit.ts";
import { checkHeaders, webAddress, type WebAddress } from "../http/web-address.ts";
import { cleanToken, type HubSettings } from "./hub-options.ts";
import { defaultAttempts } from "../http/retries.ts";

/** A repository of a hub, and the settings of requests to it. */
export interface HubRequest {
  readonly endpoint: WebAddress;
  readonly repository: string;
  readonly revision: string;
  /** Authorization and other headers, only sent to the endpoint's origin. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** Why there is no token, if that is an error. */
  readonly tokenProblem?: string | undefined;
  /** Seconds without a byte that end an attempt. */
  readonly timeout: number;
  readonly attempts: number;
}

type Asked = Pick<HubSettings, "endpoint" | "token" | "etagTimeout" | "downloadTimeout"> &
  Pick<HubRequest, "repository" | "revision" | "signal" | "tokenProblem">;

/** A request to a hub. Throws a CheckpointError, prefixed by `where` and without secrets, on invalid settings. */
export function hubRequest(where: string, asked: Asked): HubRequest {
  const { repository, revision, signal, tokenProblem, etagTimeout, downloadTimeout } = asked;
  checkSeconds(`${where}: etagTimeout`, etagTimeout);
  checkSeconds(`${where}: downloadTimeout`, downloadTimeout);
  const endpoint = webAddress(`${where}: the endpoint (HF_ENDPOINT)`, asked.endpoint, "https://huggingface.co");
  const token = cleanToken(asked.token);
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...endpoint.headers,
  };
  checkHeaders(where, headers);
  const attempts = defaultAttempts;
  return { endpoint, repository, revision, headers, signal, tokenProblem, timeout: etagTimeout, attempts };
}

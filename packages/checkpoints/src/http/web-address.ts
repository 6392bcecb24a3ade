import { shown } from "@bertkit/checks";
import { CheckpointError } from "../checkpoint-error.ts";

/** An address without user name and password, and the authorization header made of them. */
export interface WebAddress {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

const longest = 300;

/**
 * Parses an address: `https://user:password@host/` becomes `https://host/` and an authorization. Throws a
 * CheckpointError, prefixed by `where` and without secrets, if it is not a web address.
 */
export function webAddress(where: string, address: string | URL, example: string, base?: string): WebAddress {
  let url: URL | undefined;
  try {
    url = new URL(address, base);
  } catch {
    url = undefined; // the error would contain the whole address
  }
  if (typeof address !== "string" && !(address instanceof URL))
    throw new TypeError(
      `${where}: the address must be a text or a URL, got ${shown(address)}. Use one such as ${example}.`,
    );
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new CheckpointError(
      "FOLDER",
      `${where}: ${JSON.stringify(withoutSecrets(String(address)))} is not a web address. Use one such as ${JSON.stringify(example)}.`,
    );
  const { username, password } = url;
  url.username = url.password = "";
  if (username === "" && password === "") return { url, headers: {} };
  const bytes = new TextEncoder().encode(`${decoded(username)}:${decoded(password)}`);
  return { url, headers: { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` } };
}

/** An address for messages: scheme, host and path. A query may contain a signature. */
export function shownAddress({ origin, pathname }: URL): string {
  return shortened(origin + pathname);
}

/** Checks headers before a request: the error of a failing request would contain their values. */
export function checkHeaders(where: string, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      new Headers().set(name, value);
    } catch {
      throw new CheckpointError(
        "FOLDER",
        `${where}: the header ${JSON.stringify(shortened(name))} cannot be sent. Its name or value has a character that is invalid in headers, such as a line break.`,
      );
    }
  }
}

/** At most 300 characters, without control characters. */
export function shortened(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const plain = text.slice(0, longest + 1).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, " ");
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain;
}

function withoutSecrets(text: string): string {
  const [address = ""] = text.slice(0, 2 * longest).split(/[?#]/);
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(address)?.[0] ?? "";
  return shortened(scheme + address.slice(Math.max(scheme.length, address.lastIndexOf("@") + 1)));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

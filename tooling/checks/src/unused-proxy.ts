/** The global objects that Node has and a page does not. */
type Globals = {
  readonly process?: {
    readonly versions?: { readonly node?: string };
    readonly env: Readonly<Record<string, string | undefined>>;
  };
};

const dispatcher = Symbol.for("undici.globalDispatcher.1");

/**
 * For the message of a failed request: a variable of the environment names a proxy for the address, but Node's `fetch`
 * does not use it, and how it can. Otherwise "".
 */
export function unusedProxy({ protocol, hostname }: URL): string {
  const { process } = globalThis as Globals;
  const version = process?.versions?.node;
  if (process === undefined || version === undefined) return "";
  const name = protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const variable = [name.toLowerCase(), name].find((each) => process.env[each]);
  if (variable === undefined || isDirect(hostname, process.env["no_proxy"] ?? process.env["NO_PROXY"] ?? "")) return "";
  const used = (globalThis as { [dispatcher]?: object })[dispatcher];
  if (used !== undefined && used.constructor.name !== "Agent") return ""; // it already uses a proxy, or the user's own
  const fix =
    Number.parseInt(version, 10) >= 24
      ? "set NODE_USE_ENV_PROXY=1"
      : "in this version, call setGlobalDispatcher(new EnvHttpProxyAgent()) of the package undici first, or use Node 24 with NODE_USE_ENV_PROXY=1";
  return ` (Node's fetch does not use the proxy of ${variable}: ${fix})`;
}

function isDirect(host: string, exceptions: string): boolean {
  if (/^(?:localhost|127\..*|\[::1\])$/.test(host)) return true;
  return exceptions
    .split(/[\s,]+/)
    .map((each) => each.replace(/^\*?\./, "").replace(/:\d+$/, ""))
    .some((each) => each === "*" || (each !== "" && (host === each || host.endsWith(`.${each}`))));
}

import { didYouMean } from "./nearest.ts";

/**
 * One sentence for an error of Node's `parseArgs`, with the nearest option, or how to write a value that begins with a
 * dash.
 *
 * @param names the options, such as "batch-size"
 */
export function parseArgsMessage(error: unknown, names: readonly string[]): string {
  const { message } = error as Error;
  const sentence = message.split(/\.\s|\n/)[0]!.replace(/\.$/, "");
  const unknown = /^Unknown option '-+(?:no-)?(.+)'$/.exec(sentence)?.[1];
  if (unknown !== undefined) {
    const advice = didYouMean(unknown, names, (name) => `--${name}`);
    return advice === "" ? sentence : `${sentence}.${advice}`;
  }
  const dash = /use '(--[^=]+=)-XYZ'/.exec(message)?.[1];
  return dash === undefined ? sentence : `${sentence}: write a value that begins with a dash as ${dash}-…`;
}

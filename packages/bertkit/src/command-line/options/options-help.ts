import { optionName, type Options } from "./option.ts";

const lineWidth = 100;

/** Help for options, in two columns. */
export function optionsHelp(options: Options): string {
  const calls = Object.entries(options).map(([name, { value, help }]) => ({
    call: value === "" ? optionName(name) : `${optionName(name)} ${value}`,
    help,
  }));
  const column = Math.max(...calls.map(({ call }) => call.length)) + 2;
  return calls
    .flatMap(({ call, help }) =>
      wrap(help, lineWidth - column - 2).map((line, i) => `  ${(i === 0 ? call : "").padEnd(column)}${line}\n`),
    )
    .join("");
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

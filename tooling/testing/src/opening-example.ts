export interface OpeningExample {
  /** The install line: `npm install …`. */
  readonly install: string;
  readonly code: string;
}

/** The install line and the program of a README, which follow the title and a short paragraph. */
export function openingExample(readme: string): OpeningExample | undefined {
  const found = /^# [^\n]+\n\n(?:[^\n#`][^\n]*\n){1,4}\n```sh\n(npm install [^\n]+)\n```\n\n```ts\n(.*?)^```$/ms.exec(
    readme,
  );
  return found ? { install: found[1]!, code: found[2]! } : undefined;
}

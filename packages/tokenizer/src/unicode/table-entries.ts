/**
 * The digits of tables.ts, ordered by what they mean: 12 that start or continue a number, 30 that end a number before
 * another of the same entry, 24 that end the entry, and the minus. Each is a character that is about as frequent in the
 * minified code as in the tables: compressed together, that saves 8 percent of the tables.
 */
export const digits = "uer,sldpc;h:xnoyf+{<|Pm]#5zS!I-4&6vUWA?*3wb)ti=a(. [g0k>}T1/M8CE72q";

/**
 * Calls `visit` with the four numbers of each table entry of tables.ts; omitted ones are 1. Parses character by
 * character: splitting into thousands of small strings would take milliseconds in cold code, and an array per entry
 * would trigger garbage collection.
 */
export function eachEntry(table: string, visit: (...numbers: number[]) => void): void {
  const numbers = Array<number>(4);
  let place = 0;
  let high = 0;
  let sign = 1;
  for (const character of table) {
    const digit = digits.indexOf(character);
    if (digit > 65) sign = -1;
    else if (digit < 12) high = high * 12 + digit;
    else {
      numbers[place++] = sign * (digit < 42 ? high * 30 + digit - 12 : high * 24 + digit - 42);
      high = 0;
      sign = 1;
      if (digit < 42) continue;
      visit(...numbers.fill(1, place));
      place = 0;
    }
  }
}

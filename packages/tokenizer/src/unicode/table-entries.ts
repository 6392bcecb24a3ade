/**
 * Calls back with the four numbers of each entry of a table in tables.ts, written in base 36; those left out are 1. By
 * characters, into one array: splitting and parsing thousands of small texts takes milliseconds before the runtime has
 * compiled any of it, and an array for each entry a garbage collection.
 */
export function eachEntry(table: string, visit: (...numbers: number[]) => void): void {
  const numbers = Array<number>(4);
  for (let i = 0, place = 0, value = 0, sign = 1; i <= table.length; i++) {
    const unit = table.charCodeAt(i); // NaN after the last
    if (unit > 47) value = value * 36 + unit - (unit < 58 ? 48 : 87);
    else if (unit === 45) sign = -1;
    else {
      numbers[place++] = sign * value;
      value = 0;
      sign = 1;
      if (unit === 44) continue;
      visit(...numbers.fill(1, place));
      place = 0;
    }
  }
}

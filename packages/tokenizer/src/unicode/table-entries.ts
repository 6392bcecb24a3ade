/**
 * Calls `visit` with the four base 36 numbers of each table entry of tables.ts; omitted ones are 1. Parses character by
 * character: splitting into thousands of small strings would take milliseconds in cold code, and an array per entry
 * would trigger garbage collection.
 */
export function eachEntry(table: string, visit: (...numbers: number[]) => void): void {
  const numbers = Array<number>(4);
  for (let i = 0, place = 0, value = 0, sign = 1; i <= table.length; i++) {
    const unit = table.charCodeAt(i); // NaN at the end
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

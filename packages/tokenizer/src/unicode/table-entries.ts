/**
 * Calls back with the numbers of each entry of a table in tables.ts, written in base 36. By characters: splitting and
 * parsing thousands of small texts takes milliseconds before the runtime has compiled any of it.
 */
export function eachEntry(table: string, visit: (...numbers: number[]) => void): void {
  let numbers: number[] = [];
  for (let i = 0, value = 0, sign = 1; i <= table.length; i++) {
    const unit = table.charCodeAt(i); // NaN after the last
    if (unit > 47) value = value * 36 + unit - (unit < 58 ? 48 : 87);
    else if (unit === 45) sign = -1;
    else {
      numbers.push(sign * value);
      value = 0;
      sign = 1;
      if (unit === 44) continue;
      visit(...numbers);
      numbers = [];
    }
  }
}

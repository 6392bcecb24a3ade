/** Calls back with [start, end) of each range of a table in tables.ts. */
export function eachRange(table: string, visit: (start: number, end: number) => void): void {
  let start = 0;
  for (const part of table.split(" ")) {
    const [gap, length = "1"] = part.split(",");
    start += parseInt(gap!, 36);
    const end = start + parseInt(length, 36);
    visit(start, end);
    start = end;
  }
}

/** Calls back with each (code point, lower-case code point) of a case table in tables.ts. */
export function eachCasePair(table: string, visit: (from: number, to: number) => void): void {
  let point = 0;
  for (const part of table.split(" ")) {
    const [gap, delta, count = "1", stride = "1"] = part.split(",").map((digits) => parseInt(digits, 36)) as [
      number,
      number,
      number?,
      number?,
    ];
    point += gap;
    for (let i = 0; i < Number(count); i++) visit(point + i * Number(stride), point + i * Number(stride) + delta);
    point += (Number(count) - 1) * Number(stride);
  }
}

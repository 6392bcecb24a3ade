import type { TableRecord } from "./table-options.ts";

/**
 * The scanner's state: before a field, in an unquoted field, in a quoted field, or after a quote that may have closed
 * it.
 */
type State = "start" | "plain" | "quoted" | "closed";

const lineFeed = 10;
const carriageReturn = 13;

/**
 * Splits CSV text into records by RFC 4180, chunk by chunk; \n and \r also end lines. A misplaced quote does not stop
 * it: the record has the error, and scanning continues at the next separator.
 */
export class CsvScanner {
  readonly #separator: number;
  readonly #quote: number;
  #state: State = "start";
  #fields: string[] = [];
  #field = "";
  #error: TableRecord["error"];
  #line = 1;
  #recordLine = 1;
  #afterReturn = false;

  /** `separator` and `quote` are one character each. */
  constructor(separator: string, quote: string) {
    this.#separator = separator.charCodeAt(0);
    this.#quote = quote.charCodeAt(0);
  }

  /** The records that end in this chunk of the text. */
  push(text: string): TableRecord[] {
    const records: TableRecord[] = [];
    let start = 0; // start of the part that is not yet in #field
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (this.#afterReturn) {
        this.#afterReturn = false;
        if (code === lineFeed) {
          start = i + 1;
          continue;
        }
      }
      if (this.#state === "quoted") {
        if (code === lineFeed) this.#line++;
        if (code !== this.#quote) continue;
        this.#field += text.slice(start, i);
        start = i + 1;
        this.#state = "closed";
      } else if (code === this.#quote) {
        if (this.#state === "closed") {
          this.#state = "quoted"; // doubled: one quote belongs to the field
          start = i;
        } else if (this.#state === "start") {
          this.#state = "quoted";
          start = i + 1;
        } else {
          this.#error ??= this.#errorHere(
            "a quote inside an unquoted field. Quote the field and double that quote; for files without quoting use readTsv.",
          );
        }
      } else if (code === this.#separator || code === lineFeed || code === carriageReturn) {
        const isEmptyLine = this.#state === "start" && this.#fields.length === 0 && code !== this.#separator;
        this.#fields.push(this.#field + text.slice(start, i));
        this.#field = "";
        this.#state = "start";
        start = i + 1;
        if (code === this.#separator) continue;
        this.#afterReturn = code === carriageReturn;
        this.#line++;
        this.#finish(isEmptyLine ? [] : records);
      } else if (this.#state === "closed") {
        this.#error ??= this.#errorHere(
          "a quote inside a quoted field is followed by neither a separator nor a line end. Double each quote that belongs to the field.",
        );
        this.#state = "plain";
      } else {
        this.#state = "plain";
      }
    }
    this.#field += text.slice(start);
    return records;
  }

  /** The last record, if no line end follows it. */
  end(): TableRecord[] {
    const records: TableRecord[] = [];
    if (this.#state === "quoted") {
      this.#error ??= {
        column: this.#fields.length + 1,
        message:
          "the row begins a quoted field whose quote is never closed. Close it, or double each quote that belongs to the field.",
      };
    }
    if (this.#state === "start" && this.#fields.length === 0) return records;
    this.#fields.push(this.#field);
    this.#finish(records);
    return records;
  }

  #finish(records: TableRecord[]): void {
    records.push({
      fields: this.#fields,
      line: this.#recordLine,
      ...(this.#error !== undefined && { error: this.#error }),
    });
    this.#fields = [];
    this.#field = "";
    this.#error = undefined;
    this.#recordLine = this.#line;
  }

  #errorHere(message: string): NonNullable<TableRecord["error"]> {
    return { column: this.#fields.length + 1, message };
  }
}

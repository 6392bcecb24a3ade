import type { TableRecord } from "./table-options.ts";

/** Where the scanner is: before a field, in a plain one, in a quoted one, or after a quote that may have closed it. */
type State = "start" | "plain" | "quoted" | "closed";

const lineFeed = 10;
const carriageReturn = 13;

/**
 * Cuts CSV text into records as RFC 4180 has it, piece by piece; \n and \r end lines as \r\n does. A misplaced quote
 * does not stop it: the record carries the fault, and the scan goes on at the next separator.
 */
export class CsvScanner {
  readonly #separator: number;
  readonly #quote: number;
  #state: State = "start";
  #fields: string[] = [];
  #field = "";
  #fault: TableRecord["fault"];
  #line = 1;
  #recordLine = 1;
  #afterReturn = false;

  /** `separator` and `quote` are one character each. */
  constructor(separator: string, quote: string) {
    this.#separator = separator.charCodeAt(0);
    this.#quote = quote.charCodeAt(0);
  }

  /** The records that end in this piece of the text. */
  push(text: string): TableRecord[] {
    const records: TableRecord[] = [];
    let start = 0; // where what is not yet in #field begins
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
          this.#state = "quoted"; // doubled: one of the two belongs to the field
          start = i;
        } else if (this.#state === "start") {
          this.#state = "quoted";
          start = i + 1;
        } else {
          this.#fault ??= this.#faultHere(
            "a quote stands inside a field that is not quoted. Put the field in quotes and double that quote; a file without quoting is for readTsv.",
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
        this.#fault ??= this.#faultHere(
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

  /** The last record, where no line end follows it. */
  end(): TableRecord[] {
    const records: TableRecord[] = [];
    if (this.#state === "quoted") {
      this.#fault ??= {
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
      ...(this.#fault !== undefined && { fault: this.#fault }),
    });
    this.#fields = [];
    this.#field = "";
    this.#fault = undefined;
    this.#recordLine = this.#line;
  }

  #faultHere(message: string): NonNullable<TableRecord["fault"]> {
    return { column: this.#fields.length + 1, message };
  }
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const deepest = 64;
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The bytes are not JSON, or nested deeper than 64. The reader of the file turns it into an error about the file. */
export class NotJson extends Error {
  constructor(what: string, position: number) {
    super(`${what} at byte ${position}`);
    this.name = "NotJson";
  }
}

/**
 * Reads JSON (RFC 8259, in UTF-8) value by value. Skipped values take no memory, whereas JSON.parse takes up to 54
 * bytes per byte of text. Throws `NotJson`.
 */
export class JsonScanner {
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next byte that is not whitespace, without consuming it; undefined at the end. */
  peek(): number | undefined {
    let byte = this.#bytes[this.position];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = this.#bytes[++this.position];
    return byte;
  }

  /** Reads an object: calls `read` with each key, which must read the value. */
  members(read: (key: string) => void): void {
    this.#take(openBrace);
    if (this.#takeIf(closeBrace)) return;
    do {
      const key = this.string();
      this.#take(colon);
      read(key);
    } while (this.#takeIf(comma));
    this.#take(closeBrace);
  }

  string(): string {
    this.#take(quote);
    const bytes = this.#bytes;
    const start = this.position;
    let escaped = false;
    let plain = true;
    let at = start;
    for (; bytes[at] !== quote; at++) {
      const byte = bytes[at]!;
      if (!(byte >= 0x20)) throw new NotJson("a string that does not end, or has a control character,", at);
      if (byte >= 0x80) plain = false;
      if (byte !== backslash) continue;
      escaped = true;
      at++;
    }
    this.position = at + 1;
    const text = bytes.subarray(start, at);
    // Several times faster than TextDecoder for short strings such as tensor names.
    if (plain && !escaped && text.length <= 128) return String.fromCharCode(...text);
    return this.#decoded(text, escaped, start);
  }

  #decoded(bytes: Uint8Array, escaped: boolean, start: number): string {
    try {
      const text = this.#decoder.decode(bytes);
      const value = escaped ? (JSON.parse(`"${text}"`) as string) : text;
      if (!escaped || !/\p{Surrogate}/u.test(value)) return value;
    } catch {
      // Reported below, with the position.
    }
    throw new NotJson("an invalid string", start);
  }

  /** Skips a value and returns its bytes. */
  skip(): Uint8Array {
    this.peek();
    const start = this.position;
    const open: number[] = [];
    do this.#scalarOrOpen(open);
    while (this.#continues(open));
    return this.#bytes.subarray(start, this.position);
  }

  /** Throws unless only whitespace is left. */
  end(): void {
    if (this.peek() !== undefined) throw new NotJson("data after the end", this.position);
  }

  #scalarOrOpen(open: number[]): void {
    for (;;) {
      const byte = this.peek();
      if (byte !== openBrace && byte !== openBracket) break;
      this.position++;
      open.push(byte);
      if (open.length > deepest) throw new NotJson(`values nested deeper than ${deepest}`, this.position);
      if (this.peek() === (byte === openBrace ? closeBrace : closeBracket)) return;
      if (byte === openBrace) this.#key();
    }
    if (this.peek() === quote) this.string();
    else this.#word();
  }

  /** Consumes closing brackets; returns whether another value follows. */
  #continues(open: number[]): boolean {
    while (open.length > 0) {
      const isObject = open.at(-1) === openBrace;
      if (this.#takeIf(comma)) {
        if (isObject) this.#key();
        return true;
      }
      this.#take(isObject ? closeBrace : closeBracket);
      open.pop();
    }
    return false;
  }

  #key(): void {
    this.string();
    this.#take(colon);
  }

  #word(): void {
    const start = this.position;
    let digits = true;
    for (let byte = this.#bytes[start]; isWordByte(byte); byte = this.#bytes[++this.position])
      if (!isDigit(byte!)) digits = false;
    const length = this.position - start;
    if (digits && length > 0 && (length === 1 || this.#bytes[start] !== 0x30)) return;
    const word = this.#decoder.decode(this.#bytes.subarray(start, this.position));
    if (word !== "true" && word !== "false" && word !== "null" && !number.test(word))
      throw new NotJson("an invalid value", start);
  }

  #take(byte: number): void {
    if (!this.#takeIf(byte)) throw new NotJson(`no ${String.fromCharCode(byte)}`, this.position);
  }

  #takeIf(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.position++;
    return true;
  }
}

/** A letter, a digit or another character of numbers. */
function isWordByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x7a) || byte === 0x2b || byte === 0x2d || byte === 0x2e;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

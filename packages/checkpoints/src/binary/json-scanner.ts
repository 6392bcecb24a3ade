const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const deepest = 64;
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The bytes are not JSON, or nested deeper than 64; whoever owns the file says what that means for it. */
export class NotJson extends Error {
  constructor(what: string, position: number) {
    super(`${what} at byte ${position}`);
    this.name = "NotJson";
  }
}

/**
 * Reads JSON (RFC 8259, in UTF-8) from bytes, one value after another, and makes nothing of what it skips: JSON.parse takes
 * up to 54 bytes of memory a byte of text. Throws `NotJson`.
 */
export class JsonScanner {
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next byte that is not white space, which stays; undefined at the end. */
  peek(): number | undefined {
    let byte = this.#bytes[this.position];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = this.#bytes[++this.position];
    return byte;
  }

  /** An object: calls `read` with each key, which must read the value. */
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
    let at = start;
    for (; bytes[at] !== quote; at++) {
      if (!(bytes[at]! >= 0x20)) throw new NotJson("a text without an end, or with a control character,", at);
      if (bytes[at] !== backslash) continue;
      escaped = true;
      at++;
    }
    this.position = at + 1;
    try {
      const text = this.#decoder.decode(bytes.subarray(start, at));
      const value = escaped ? (JSON.parse(`"${text}"`) as string) : text;
      if (!/\p{Surrogate}/u.test(value)) return value;
    } catch {
      // Said below, with the place.
    }
    throw new NotJson("a text that is not one", start);
  }

  /** Any value, as its bytes. */
  skip(): Uint8Array {
    this.peek();
    const start = this.position;
    const open: number[] = [];
    do this.#scalarOrOpen(open);
    while (this.#goesOn(open));
    return this.#bytes.subarray(start, this.position);
  }

  /** Nothing but white space may be left. */
  end(): void {
    if (this.peek() !== undefined) throw new NotJson("something after the end", this.position);
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

  /** Closes what ends here; true where a value follows. */
  #goesOn(open: number[]): boolean {
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
    while (isWordByte(this.#bytes[this.position])) this.position++;
    const word = this.#decoder.decode(this.#bytes.subarray(start, this.position));
    if (word !== "true" && word !== "false" && word !== "null" && !number.test(word))
      throw new NotJson("something that is no value", start);
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

/** Letters, digits and what else numbers have. */
function isWordByte(byte: number | undefined): boolean {
  return (
    byte !== undefined &&
    ((byte >= 0x30 && byte <= 0x39) ||
      ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) ||
      byte === 0x2b ||
      byte === 0x2d ||
      byte === 0x2e)
  );
}

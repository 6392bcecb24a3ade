import { shortenMessage } from "@bertkit/checks";

const marker = Symbol.for("@bertkit/datasets/DatasetError");

/** Position of an error in a file; lines count from 1. */
export interface FilePlace {
  /** The file's name, as given to the reader. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  /** The column's name, or its number from 1 if the file has no header. */
  readonly column?: string | number | undefined;
}

/** Thrown if a file's content is not what its reader expects, or a tool's input is invalid. */
export class DatasetError extends Error {
  readonly code = "BERTKIT_DATASET" as const;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: string | number | undefined;

  /**
   * `message` without the position, which is inserted after `where`. `cause` is the system's error, if there is one.
   */
  constructor(where: string, message: string, place: FilePlace = {}, cause?: unknown) {
    const parts = [
      place.file,
      place.line === undefined ? undefined : `line ${place.line}`,
      place.column === undefined ? undefined : `column ${JSON.stringify(place.column)}`,
    ].filter((part) => part !== undefined);
    super(
      shortenMessage(`${where}: ${parts.length > 0 ? `${parts.join(", ")}: ` : ""}${message}`),
      cause === undefined ? {} : { cause },
    );
    this.name = "DatasetError";
    Object.defineProperty(this, marker, { value: true });
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
  }

  /** Whether an error is a DatasetError, of any copy of this package. */
  static isInstance(value: unknown): value is DatasetError {
    return typeof value === "object" && value !== null && marker in value;
  }
}

const marker = Symbol.for("@bertkit/metrics/MetricError");

/** Thrown if a metric is undefined for its input: different lengths, empty lists, a single class, a NaN. */
export class MetricError extends Error {
  readonly code = "BERTKIT_METRIC" as const;

  constructor(message: string) {
    super(message);
    this.name = "MetricError";
    Object.defineProperty(this, marker, { value: true });
  }

  /** Whether an error is a MetricError, of this or another copy of the package. */
  static isInstance(value: unknown): value is MetricError {
    return typeof value === "object" && value !== null && marker in value;
  }
}

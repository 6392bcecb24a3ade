const marker = Symbol.for("@bertkit/metrics/MetricError");

/** Thrown when a metric has no value for its input: lengths that differ, nothing to count, one class only, a NaN. */
export class MetricError extends Error {
  readonly code = "BERTKIT_METRIC" as const;

  constructor(message: string) {
    super(message);
    this.name = "MetricError";
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for a MetricError of any copy of this package. */
  static isInstance(value: unknown): value is MetricError {
    return typeof value === "object" && value !== null && marker in value;
  }
}

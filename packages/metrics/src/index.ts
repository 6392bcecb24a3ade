export { accuracy } from "./accuracy.ts";
export { confusionMatrix } from "./confusion-matrix.ts";
export { MetricError } from "./metric-error.ts";
export { multiLabelPrecisionRecallF1, precisionRecallF1, precisionRecallF1ByClass } from "./precision-recall-f1.ts";
export type { PrecisionRecallF1, PrecisionRecallF1Options } from "./precision-recall-f1.ts";
export { multiLabelRocAuc, rocAuc } from "./roc-auc.ts";
export type { MultiLabelRocAuc } from "./roc-auc.ts";
export { standardErrorOfMean, standardErrorOfProportion, standardErrorOfRocAuc } from "./standard-errors.ts";

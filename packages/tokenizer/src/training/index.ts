export { trainWordPiece } from "./train-word-piece.ts";
export type { TrainingProgress, TrainWordPieceOptions } from "./train-word-piece.ts";

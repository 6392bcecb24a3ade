// Chosen if the condition "node" of package.json's imports does not hold: pages cannot start a garbage collection.

export function collectGarbage(): void {}

export function limitGarbage(): void {}

// Chosen wherever the condition "node" of package.json's imports does not hold: nothing there can collect.

export function collectGarbage(): void {}

export function limitGarbage(): void {}

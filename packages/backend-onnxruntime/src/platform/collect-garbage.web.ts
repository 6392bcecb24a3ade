// Selected by the default condition in package.json's imports: pages cannot start a garbage collection.

export function collectGarbage(): void {}

export function limitGarbage(): void {}

import type { Dice } from "./dice.ts";

type Container = Record<string, unknown>;

const texts = [
  null,
  true,
  false,
  "",
  "x",
  "1",
  "__proto__",
  "[UNK]",
  "a".repeat(5000),
  "\u0000",
  "\ud800",
  "\u001b[2J",
];
const numbers = [-1, 0, 0.5, 1, 2, 3, 64, 1e3, 65_536, 2 ** 24, 2 ** 31, 2 ** 32, 2 ** 53, 1e9, 1e300, -0, 1e-300];
const containers = [[], {}, [[]], [null], { a: {} }, { 0: "a", 2: "b" }, { "-1": 0 }, ["a", "a"], [0, 1, 2]];
const telling: readonly unknown[] = [...texts, ...numbers, ...containers];

/**
 * A copy with one to three members, at any depth, changed, removed, swapped or renamed. `others` are members to insert.
 */
export function damagedJson(
  original: unknown,
  dice: Dice,
  others: Readonly<Record<string, readonly unknown[]>> = {},
): unknown {
  const root = structuredClone(original) as Container;
  for (let edits = dice.integer(1, 3); edits > 0; edits--) {
    let at = root;
    let key = dice.pick(Object.keys(at));
    for (;;) {
      const inner = at[key];
      if (!isContainer(inner) || Object.keys(inner).length === 0 || dice.once(5)) break;
      at = inner;
      key = dice.pick(Object.keys(at));
    }
    if (key === undefined) continue;
    switch (dice.integer(0, 7)) {
      case 0:
        delete at[key];
        break;
      case 1:
        at[dice.pick([...Object.keys(at), "x", "1"])] = at[key];
        break;
      case 2:
        at[key] = dice.pick([[at[key]], { a: at[key] }, String(at[key])]);
        break;
      case 3: {
        const name = dice.pick(Object.keys(others));
        if (name !== undefined) root[name] = dice.pick([...others[name]!, ...telling]);
        break;
      }
      case 4:
        if (typeof at[key] === "number") at[key] = (at[key] as number) + dice.pick([-1, 1, 0.5, 100]);
        break;
      default:
        at[key] = structuredClone(dice.pick(telling));
    }
  }
  return root;
}

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null;
}

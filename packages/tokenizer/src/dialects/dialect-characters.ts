import { memoize } from "../memoize.ts";
import type { CharacterData } from "../unicode/character-data.ts";
import type { Dialect } from "./dialect.ts";

/** A dialect's character data, cached. */
export const characterData: (dialect: Dialect) => CharacterData = memoize((dialect) => dialect.readCharacters());

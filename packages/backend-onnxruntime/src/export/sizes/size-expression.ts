/**
 * A whole number that depends on the sizes of the dynamic axes: a sum of products of them, such as 2·batch·length + 1.
 */
export interface SizeExpression {
  readonly terms: readonly Term[];
  /** Equal keys mean equal expressions. */
  readonly key: string;
}

export interface Term {
  readonly coefficient: number;
  /** The exponent of each dynamic axis' size. */
  readonly powers: readonly number[];
}

/** Maximum degree of a term: attention's batch · heads · length · length has three. */
const highestDegree = 3;
const maxTerms = 3;

export function constantSize(value: number): SizeExpression {
  return expression(value === 0 ? [] : [{ coefficient: value, powers: [] }]);
}

/** The expression's value if it is the same for all sizes. */
export function constantOf({ terms }: SizeExpression): number | undefined {
  if (terms.length === 0) return 0;
  return terms.length === 1 && degreeOf(terms[0]!.powers) === 0 ? terms[0]!.coefficient : undefined;
}

/** The expression's value at these sizes of the dynamic axes. */
export function valueAt({ terms }: SizeExpression, sizes: readonly number[]): number {
  return terms.reduce(
    (sum, { coefficient, powers }) =>
      sum + powers.reduce((product, power, axis) => product * sizes[axis]! ** power, coefficient),
    0,
  );
}

/** Whether the expression depends on the sizes and may be 0 or less, at sizes from 1 on. */
export function mayBeZero({ terms }: SizeExpression): boolean {
  return terms.some(({ coefficient }) => coefficient < 0);
}

/** The number of the dynamic axis, if the expression is only its size. */
export function axisOf({ terms }: SizeExpression): number | undefined {
  const [term, ...others] = terms;
  if (term === undefined || others.length > 0 || term.coefficient !== 1 || degreeOf(term.powers) !== 1)
    return undefined;
  return term.powers.indexOf(1);
}

/** The expression as text, with the axes' names. */
export function describeSize(size: SizeExpression, names: readonly string[]): string {
  const words = size.terms.map(({ coefficient, powers }) => {
    const factors = powers.flatMap((power, axis) => new Array<string>(power).fill(names[axis]!));
    return [...(coefficient === 1 && factors.length > 0 ? [] : [String(coefficient)]), ...factors].join("*");
  });
  return words.length === 0 ? "0" : words.join(" + ").replaceAll("+ -", "- ");
}

/** Finds the simplest expression that has each of the values at the sizes of its sample; undefined if there is none. */
export class SizeFitter {
  readonly #samples: readonly (readonly number[])[];
  readonly #monomials: readonly Monomial[];
  readonly #found: Map<string, SizeExpression | undefined> = new Map();

  /** @param samples the sizes of all dynamic axes, one list for each trace */
  constructor(samples: readonly (readonly number[])[]) {
    this.#samples = samples;
    this.#monomials = monomials(samples[0]!.length).map((powers) => ({
      powers,
      values: samples.map((sizes) => sizes.reduce((product, size, axis) => product * size ** powers[axis]!, 1)),
    }));
  }

  /** The most terms of an expression that was found. */
  get mostTerms(): number {
    return Math.max(0, ...[...this.#found.values()].map((found) => found?.terms.length ?? 0));
  }

  fit(values: readonly number[]): SizeExpression | undefined {
    const key = values.join();
    if (!this.#found.has(key)) this.#found.set(key, this.#search(values));
    return this.#found.get(key);
  }

  #search(values: readonly number[]): SizeExpression | undefined {
    if (values.every((value) => value === values[0])) return constantSize(values[0]!);
    if (!values.every(Number.isSafeInteger)) return undefined;
    for (let count = 1; count <= Math.min(maxTerms, this.#samples.length - 1); count++) {
      for (const chosen of combinations(this.#monomials, count)) {
        const terms = termsFor(chosen, values);
        if (terms !== undefined) return expression(terms);
      }
    }
    return undefined;
  }
}

interface Monomial {
  readonly powers: readonly number[];
  readonly values: readonly number[];
}

/** The coefficients of the monomials that fit all samples, if they are whole numbers and none is 0. */
function termsFor(chosen: readonly Monomial[], values: readonly number[]): Term[] | undefined {
  const solution = solve(
    values.map((value, sample) => [...chosen.map((monomial) => monomial.values[sample]!), value]),
    chosen.length,
  );
  const coefficients = solution?.map(Math.round);
  if (coefficients === undefined || coefficients.includes(0)) return undefined;
  const exact = values.every(
    (value, sample) =>
      value === chosen.reduce((sum, monomial, i) => sum + coefficients[i]! * monomial.values[sample]!, 0),
  );
  return exact ? chosen.map(({ powers }, i) => ({ coefficient: coefficients[i]!, powers })) : undefined;
}

/**
 * Gaussian elimination with pivoting, with more rows than unknowns; undefined if the rows do not determine the
 * unknowns.
 */
function solve(rows: number[][], unknowns: number): number[] | undefined {
  for (let column = 0; column < unknowns; column++) {
    let pivot = column;
    for (let row = column; row < rows.length; row++)
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    if (Math.abs(rows[pivot]![column]!) < 1e-9) return undefined;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = 0; row < rows.length; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / rows[column]![column]!;
      if (factor !== 0) rows[row] = rows[row]!.map((value, i) => value - factor * rows[column]![i]!);
    }
  }
  return Array.from({ length: unknowns }, (_, i) => rows[i]![unknowns]! / rows[i]![i]!);
}

/** All products of powers up to the maximum degree: low degrees first, and within a degree those of the first axes. */
function monomials(axes: number): number[][] {
  let all: number[][] = [[]];
  for (let axis = 0; axis < axes; axis++)
    all = all.flatMap((powers) =>
      Array.from({ length: highestDegree + 1 - degreeOf(powers) }, (_, power) => [...powers, power]),
    );
  return all.sort((a, b) => degreeOf(a) - degreeOf(b) || (a.join() < b.join() ? 1 : -1));
}

function* combinations<T>(items: readonly T[], count: number, from = 0): Generator<T[]> {
  if (count === 0) yield [];
  else
    for (let i = from; i < items.length; i++)
      for (const rest of combinations(items, count - 1, i + 1)) yield [items[i]!, ...rest];
}

function degreeOf(powers: readonly number[]): number {
  return powers.reduce((sum, power) => sum + power, 0);
}

/** Terms in order of descending degree, as usually written. */
function expression(terms: readonly Term[]): SizeExpression {
  const ordered = [...terms].sort((a, b) => degreeOf(b.powers) - degreeOf(a.powers));
  const key = ordered.map(({ coefficient, powers }) => {
    const last = powers.findLastIndex((power) => power !== 0);
    return `${coefficient}:${powers.slice(0, last + 1).join(".")}`;
  });
  return { terms: ordered, key: key.join("+") };
}

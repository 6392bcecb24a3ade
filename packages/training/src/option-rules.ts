import { callable, either, number, type Rule } from "@bertkit/checks";

// Rules for options that several optimizers share.
export const learningRateRule: Rule = either(number({ from: 0 }), callable);
export const decayRule: Rule = number({ from: 0, below: 1 });
export const clipNormRule: Rule = number({ above: 0, to: Infinity });

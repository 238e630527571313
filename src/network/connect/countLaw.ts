import { Weights } from './weights.ts';

/** Probabilities below this part of the largest are left out: no draw of 53 bits sees them. */
const NEGLIGIBLE = 2 ** -64;

/** Room for the weights of a law while it is built. */
let scratch = new Float64Array(1024);

/**
 * A law of whole numbers, built from the quotients of neighbouring probabilities by + - * / alone: every machine finds
 * the same bits. It takes time in proportion to its standard deviation.
 */
export class CountLaw {
  readonly #first: number;
  readonly #weights: Weights;

  /**
   * @param mode a whole number near the most probable one
   * @param quotient of the probabilities of k + 1 and k
   */
  constructor(mode: number, quotient: (k: number) => number, [least, most]: readonly [number, number]) {
    const start = Math.min(Math.max(mode, least), most);
    let n = 0;
    const add = (weight: number): void => {
      if (n === scratch.length) {
        const longer = new Float64Array(2 * n);
        longer.set(scratch);
        scratch = longer;
      }
      scratch[n++] = weight;
    };
    for (let k = start, weight = 1; k > least; k--) {
      weight /= quotient(k - 1);
      if (!(weight > NEGLIGIBLE)) break;
      add(weight);
    }
    this.#first = start - n;
    scratch.subarray(0, n).reverse();
    add(1);
    for (let k = start, weight = 1; k < most; k++) {
      weight *= quotient(k);
      if (!(weight > NEGLIGIBLE)) break;
      add(weight);
    }
    this.#weights = new Weights(scratch.subarray(0, n));
  }

  /** How many of n independent events of probability p happen. */
  static binomial(n: number, p: number): CountLaw {
    const odds = p / (1 - p);
    return new CountLaw(Math.floor((n + 1) * p), (k) => ((n - k) / (k + 1)) * odds, [0, n]);
  }

  static poisson(mean: number): CountLaw {
    return new CountLaw(Math.floor(mean), (k) => mean / (k + 1), [0, Number.POSITIVE_INFINITY]);
  }

  /** How many of `drawn` things, taken at once out of `all`, are among the `marked` ones. */
  static hypergeometric(all: number, marked: number, drawn: number): CountLaw {
    const rest = all - marked - drawn;
    const mode = Math.floor(((drawn + 1) / (all + 2)) * (marked + 1));
    const quotient = (k: number): number => ((marked - k) / (k + 1)) * ((drawn - k) / (rest + k + 1));
    return new CountLaw(mode, quotient, [Math.max(0, -rest), Math.min(marked, drawn)]);
  }

  /** The number at a part u of the whole, 0 <= u < 1: the first whose cumulative probability is above it. */
  at(u: number): number {
    return this.#first + this.#weights.at(u);
  }
}

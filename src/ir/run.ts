/*
 * A run of synapses as a word: those of one source, with one delay, onto one page of targets. Its low 16 bits say how many there are;
 * the next 15 how many steps later than the run before it (the first: than its spike) it is due, and behind that, in the low bits of
 * these, the number of the page; the highest bit is set in the last run of a source. A run may be empty: steps that don't fit are
 * counted in several runs.
 */

/** Targets of which one is told from another by 16 bits. */
export const PAGE = 2 ** 16;
export const LONGEST_RUN = 2 ** 16 - 1;
/** Bits of a page's number; so many leave one for steps. */
export const MOST_PAGE_BITS = 14;
export const LAST_RUN = 2 ** 31;

/** Bits that number the pages of so many cells. */
export function pageBitsOf(cells: number): number {
  return Math.ceil(Math.log2(Math.max(1, Math.ceil(cells / PAGE))));
}

export function mostSteps(pageBits: number): number {
  return 2 ** (15 - pageBits) - 1;
}

export function packRun(steps: number, page: number, synapses: number, pageBits: number): number {
  return (((((steps << pageBits) | page) << 16) | synapses) & ~LAST_RUN) >>> 0;
}

export function synapsesOf(run: number): number {
  return run & 0xffff;
}

/** Steps that a run is due behind the one before it. */
export function stepsOf(run: number, pageBits: number): number {
  return ((run >>> 16) & 0x7fff) >>> pageBits;
}

/** The first cell of the page in which a run's targets lie. */
export function pageStart(run: number, pageBits: number): number {
  return run & (((1 << pageBits) - 1) * PAGE);
}

export function isLastRun(run: number): boolean {
  return run >= LAST_RUN;
}

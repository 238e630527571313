/** Columns of pixels that show the last time of a model: a column stands for a span of time, and is used again when that is too old. */
export class TimeWindow {
  /** Columns. */
  readonly width: number;
  /** What is shown, ms. */
  readonly span: number;
  /** The newest column so far, counted from time 0. */
  #head = -1;

  constructor(width: number, span: number) {
    this.width = width;
    this.span = span;
  }

  /** The newest column, counted from time 0. */
  get head(): number {
    return this.#head;
  }

  /** The column of a time, counted from time 0; undefined where that is no longer shown, or not yet. */
  columnOf(time: number): number | undefined {
    const column = Math.floor((time / this.span) * this.width + 1e-9);
    return column <= this.#head && column > this.#head - this.width ? column : undefined;
  }

  /** Where a column lies in a ring of `width`. */
  slotOf(column: number): number {
    return column % this.width;
  }

  /** Moves on to a time; calls with the slot of every column that is new. */
  advance(time: number, clear: (slot: number) => void): void {
    const head = Math.floor((time / this.span) * this.width + 1e-9);
    for (let column = Math.max(this.#head + 1, head - this.width + 1); column <= head; column++) clear(this.slotOf(column));
    this.#head = Math.max(head, this.#head);
  }

  /** How far from the left edge a column is. */
  positionOf(column: number): number {
    return this.width - 1 - (this.#head - column);
  }
}

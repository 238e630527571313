import type { RecordedChunk, RecordingSink } from '../../simulation/recordings.ts';

/** Least time between two parcels, ms: fewer messages leave the page more time. */
const INTERVAL = 12;
/** Bytes of one parcel that do not wait for that. */
const PARCEL = 2 ** 20;
/** Bytes that may be under way: a page that is slower than the engine is waited for, or its memory would fill. */
const UNDER_WAY = 2 ** 25;

export type Chunks = readonly (readonly [index: number, chunk: RecordedChunk])[];

/** Takes what is recorded, and sends it to the page in parcels. */
export class Outlet implements RecordingSink {
  readonly #send: (chunks: Chunks, bytes: number) => void;
  #waiting: (readonly [number, RecordedChunk])[] = [];
  #bytes = 0;
  #underWay = 0;
  #last = 0;
  /** Called when something has arrived in the page. */
  onTaken: () => void = () => {};

  constructor(send: (chunks: Chunks, bytes: number) => void) {
    this.#send = send;
  }

  /** Whether the engine must wait for the page. */
  get isFull(): boolean {
    return this.#underWay > UNDER_WAY;
  }

  open(): void {
    // The page hears of the recorders where it starts a network or puts another in its place.
  }

  write(index: number, { steps, values }: RecordedChunk): void {
    // Copies: the simulation keeps the arrays as its newest recordings.
    this.#waiting.push([index, { steps: steps.slice(), values: values.slice() }]);
    this.#bytes += steps.byteLength + values.byteLength;
    if (this.#bytes >= PARCEL || performance.now() - this.#last >= INTERVAL) this.flush();
  }

  /** Sends what waits. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const [chunks, bytes] = [this.#waiting, this.#bytes];
    this.#waiting = [];
    this.#bytes = 0;
    this.#underWay += bytes;
    this.#last = performance.now();
    this.#send(chunks, bytes);
  }

  /** The page has taken so many bytes. */
  taken(bytes: number): void {
    this.#underWay -= bytes;
    this.onTaken();
  }
}

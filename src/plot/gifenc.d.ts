/** The part of gifenc that is used: it brings no types. */
declare module 'gifenc' {
  interface Encoder {
    /** Places in the palette, row by row. The palette is that of all frames, given with the first. @param options.delay ms */
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: {
        readonly palette?: readonly (readonly number[])[];
        readonly delay: number;
        readonly transparent?: boolean;
        readonly transparentIndex?: number;
        readonly dispose?: number;
      },
    ): void;
    finish(): void;
    bytes(): Uint8Array;
  }
  export function GIFEncoder(): Encoder;
}

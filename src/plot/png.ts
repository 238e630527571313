import { drawSvg } from '#platform';
import { SpikeloomError } from '../core/error.ts';

export interface PngOptions {
  /** Pixels of the image for one of the picture. Default 2. */
  readonly scale?: number;
}

const DEFAULT_SCALE = 2;

/**
 * An SVG picture as a PNG image. In Node by resvg, with the font that the package brings: the same bytes everywhere. In a page by the
 * page's own canvas, with its own fonts.
 *
 * @throws SpikeloomError for text that is no SVG picture, and for sizes that can't be drawn
 */
export async function renderPng(svg: string, { scale = DEFAULT_SCALE }: PngOptions = {}): Promise<Uint8Array> {
  if (!(scale > 0 && scale <= 8)) {
    throw new SpikeloomError({
      code: 'invalid-value',
      message: `a picture can't be drawn at a scale of ${scale}`,
      hint: 'Give a number above 0, at most 8.',
    });
  }
  try {
    return await drawSvg(svg, scale);
  } catch (error) {
    throw new SpikeloomError({
      code: 'input-output',
      message: `can't draw the picture as PNG: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Give the whole text of an SVG picture, in Node or in a page, not in a worker.',
    });
  }
}

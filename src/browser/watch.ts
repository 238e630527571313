import type { Frame, Watched } from './engine/protocol.ts';

/** Something that is shown frame by frame. */
export interface Watch {
  /** Ends when `stop` was called. Refused where a quantity can't be read, or the engine is gone. */
  readonly done: Promise<void>;
  stop(): void;
}

/** Asks for a frame; the arrays given with it are filled again. */
export type AskFrame = (watched: readonly Watched[], spare: readonly Float32Array[]) => Promise<Frame>;

/** When a page that is seen paints next; elsewhere now and then. */
const onNextPaint: (call: () => void) => void =
  typeof requestAnimationFrame === 'function' ? (call) => requestAnimationFrame(call) : (call) => setTimeout(call, 16);

/**
 * Calls with the newest values whenever the page paints, if there are any that are new. At most one question is under way: a slow
 * engine means fewer frames, a slow page fewer questions, and neither waits for the other. Two sets of arrays take turns, so that a
 * frame stays as it is until the next one comes.
 */
export function watchFrames(ask: AskFrame, watched: readonly Watched[], onFrame: (frame: Frame) => void): Watch {
  let stopped = false;
  let stop = (): void => {};
  const done = new Promise<void>((resolve, reject) => {
    let shown: readonly Float32Array[] = [];
    let arrived: Frame | undefined;
    stop = () => {
      stopped = true;
      resolve();
    };
    const fail = (error: unknown): void => {
      stopped = true;
      reject(error);
    };
    const next = (spare: readonly Float32Array[]): void => {
      ask(watched, spare).then((frame) => {
        arrived = frame;
      }, fail);
    };
    const paint = (): void => {
      if (stopped) return;
      const frame = arrived;
      if (frame) {
        arrived = undefined;
        next(shown);
        shown = frame.columns;
        try {
          onFrame(frame);
        } catch (error) {
          fail(error);
          return;
        }
      }
      onNextPaint(paint);
    };
    next([]);
    onNextPaint(paint);
  });
  return { done, stop };
}

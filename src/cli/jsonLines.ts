import { SpikeloomError } from '../core/error.ts';

/*
 * What `--json` prints: one JSON object a line, each with its `event`. What stands here and in the help of the commands stays as it
 * is; new events and new keys may be added.
 */

export type JsonEvent = Readonly<Record<string, unknown>> & { readonly event: string };

export function jsonLine(event: JsonEvent): string {
  return `${JSON.stringify(event)}\n`;
}

/** An error as an event: every problem with its code, message, path and hint. */
export function errorEvent(error: unknown): JsonEvent {
  if (!(error instanceof SpikeloomError)) {
    return { event: 'error', code: 'internal', message: error instanceof Error ? error.message : String(error), problems: [] };
  }
  return { event: 'error', code: error.code, message: error.message, problems: error.problems };
}

import { InternalError, SpikeloomError } from '../core/error.ts';

/** What is said of an error: the user's mistakes without a stack, ours with it. */
export function errorText(error: unknown): string {
  if (error instanceof SpikeloomError) return `${error.name}: ${error.message}\n`;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return error instanceof InternalError ? `${stack}\n` : `${stack}\nThis is a fault in spikeloom, please report it.\n`;
}

/** 2 for wrong usage, 1 for everything else. */
export function exitCodeOf(error: unknown): number {
  return error instanceof SpikeloomError && error.code === 'usage' ? 2 : 1;
}

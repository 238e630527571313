import { SpikeloomError } from '../core/error.ts';

/** Does something with a file. @throws SpikeloomError 'input-output' with the path and the system's reason */
export async function guarded<T>(verb: 'write' | 'read' | 'remove', path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof SpikeloomError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SpikeloomError({ code: 'input-output', message: `can't ${verb} ${path}: ${reason}`, hint: hintFor(verb, reason) });
  }
}

function hintFor(verb: string, reason: string): string {
  if (/ENOSPC|EDQUOT|no space/i.test(reason)) return 'Free some space, or choose a folder on another disk.';
  return verb === 'read' ? 'Look whether the file is there and may be read.' : 'Choose another folder, or change its permissions.';
}

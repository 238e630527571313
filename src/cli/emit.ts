import { basename, dirname } from 'node:path';
import { ResultFolder } from '../io/files.ts';
import type { Precision } from '../ir/expr.ts';
import type { NetworkDef } from '../network/definition.ts';
import { editsOf, withEdits } from './edits.ts';
import type { NetworkFlags } from './flags.ts';
import { loadNetwork, withPlaces } from './loadNetwork.ts';

export const STAGES = ['model', 'ir', 'wat'] as const;
type Stage = (typeof STAGES)[number];

export interface EmitFlags extends NetworkFlags {
  readonly stage: Stage;
  readonly format?: 'yaml' | 'json';
  readonly out?: string;
}

interface EmitOptions {
  readonly precision: Precision;
  readonly format: 'yaml' | 'json';
}

const EMIT: { readonly [S in Stage]: (def: NetworkDef, options: EmitOptions) => Promise<string> } = {
  model: async (def, { format }) => {
    const [{ printNetwork }, { predicatesAsEdges }] = await Promise.all([import('../text/index.ts'), import('../compile/edges.ts')]);
    return printNetwork(predicatesAsEdges(def), { format });
  },
  ir: async (def, { precision }) => {
    const [{ compileNetwork }, { printProgram }] = await Promise.all([import('../compile/compile.ts'), import('../ir/print.ts')]);
    return printProgram(compileNetwork(def, precision).program);
  },
  wat: async (def, { precision }) => {
    const [{ compileNetwork }, { emitModule }, { printWat }] = await Promise.all([
      import('../compile/compile.ts'),
      import('../backends/wasm/emit.ts'),
      import('../backends/wasm/wat.ts'),
    ]);
    return printWat(emitModule(compileNetwork(def, precision).program));
  },
};

/** `spikeloom emit FILE`: a stage on the way from network to machine code, as text. Answers the exit code. */
export async function emit(file: string, flags: EmitFlags): Promise<number> {
  const network = await loadNetwork(file);
  const { def, manifest } = network;
  const precision = flags.precision ?? manifest?.precision ?? 'f32';
  const text = await withPlaces(network, () =>
    withEdits(def, editsOf(flags), precision, (edited) => EMIT[flags.stage](edited, { precision, format: flags.format ?? formatOf(flags.out) })),
  );
  const ended = text.endsWith('\n') ? text : `${text}\n`;
  if (flags.out === undefined) process.stdout.write(ended);
  else await new ResultFolder(dirname(flags.out)).write(basename(flags.out), ended);
  return 0;
}

function formatOf(out: string | undefined): 'yaml' | 'json' {
  return out?.endsWith('.json') ? 'json' : 'yaml';
}

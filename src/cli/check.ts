import { warningsOf } from '../compile/warn/index.ts';
import { bytesText } from '../core/bytes.ts';
import { Loaded } from '../simulation/loaded.ts';
import { editsOf, withEdits } from './edits.ts';
import type { NetworkFlags } from './flags.ts';
import { errorEvent, jsonLine } from './jsonLines.ts';
import { type LoadedNetwork, loadNetwork, withPlaces } from './loadNetwork.ts';
import { cellPopulations, cellsOf, recorderText, shapeText } from './networkText.ts';
import { plan } from './plan.ts';
import { count, lines, table } from './table.ts';

export interface CheckFlags extends NetworkFlags {
  readonly json?: boolean;
}

/** What there is of a network that has no mistakes. */
interface Findings {
  readonly dt: number;
  readonly duration: number;
  readonly seed: number;
  readonly cells: number;
  readonly synapses: number;
  /** Bytes, without recordings. */
  readonly memory: number;
  readonly precision: string;
  readonly populations: readonly { readonly name: string; readonly model: string; readonly rows: number; readonly columns: number }[];
  readonly stimuli: readonly { readonly name: string; readonly model: string; readonly onto: string; readonly target: string }[];
  readonly projections: readonly {
    readonly name: string;
    readonly source: string;
    readonly target: string;
    readonly synapse: string;
    readonly synapses: number;
  }[];
  readonly recorders: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * `spikeloom check FILE`: everything but the run. Answers the exit code.
 *
 * @throws SpikeloomError with every mistake of the network
 */
export async function check(file: string, flags: CheckFlags): Promise<number> {
  try {
    if (flags.plan) return await plan(file, flags);
    const findings = await findingsOf(file, flags);
    process.stdout.write(flags.json ? jsonLine({ event: 'checked', file, ...findings }) : findingsText(file, findings));
    return 0;
  } catch (error) {
    if (flags.json) process.stdout.write(jsonLine(errorEvent(error)));
    throw error;
  }
}

async function findingsOf(file: string, flags: CheckFlags): Promise<Findings> {
  const network = await loadNetwork(file);
  return withPlaces(network, () => findingsIn(network, flags));
}

function findingsIn({ def, manifest }: LoadedNetwork, flags: CheckFlags): Promise<Findings> {
  const precision = flags.precision ?? manifest?.precision ?? 'f32';
  return withEdits(def, editsOf(flags), precision, async (edited) => {
    const loaded = await Loaded.load(edited, { backend: 'wasm', precision, maxMemory: undefined, counts: false, threads: 1 });
    try {
      const { compiled, bytes } = loaded;
      const projections = [...compiled.projections.values()].map(({ def: { name, source, target, synapse }, synapses }) => ({
        name,
        source: source.population,
        target: target.population,
        synapse: synapse.name,
        synapses,
      }));
      return {
        dt: edited.dt,
        duration: edited.duration,
        seed: edited.seed,
        cells: cellsOf(edited),
        synapses: projections.reduce((n, p) => n + p.synapses, 0),
        memory: bytes,
        precision,
        populations: cellPopulations(edited.populations).map(({ name, model, rows, columns }) => ({ name, model: model.name, rows, columns })),
        stimuli: edited.populations.flatMap(({ name, model, onto }) =>
          onto ? [{ name, model: model.name, onto: onto.population, target: model.target ?? '' }] : [],
        ),
        projections,
        recorders: edited.recorders.map(recorderText),
        warnings: warningsOf(compiled, loaded.memory).map(String),
      };
    } finally {
      loaded.dispose();
    }
  });
}

function findingsText(file: string, found: Findings): string {
  const { populations, stimuli, projections } = found;
  return lines([
    `${file}: no mistakes found${found.warnings.length > 0 ? `, ${count(found.warnings.length, 'warning')}` : ''}`,
    `${count(found.cells, 'cell')}, ${count(found.synapses, 'synapse')}, ${bytesText(found.memory)} of memory in ${found.precision}; ` +
      `dt ${found.dt} ms, duration ${found.duration} ms, seed ${found.seed}`,
    ...section([['population', 'cells', 'model'], ...populations.map((p) => [p.name, shapeText(p), p.model])], [1]),
    ...section([['stimulus', 'onto', 'target', 'model'], ...stimuli.map((s) => [s.name, s.onto, s.target, s.model])], []),
    ...section(
      [['projection', 'from', 'to', 'synapse', 'synapses'], ...projections.map((p) => [p.name, p.source, p.target, p.synapse, String(p.synapses)])],
      [4],
    ),
    ...section([['recorded'], ...found.recorders.map((text) => [text])], []),
    ...(found.warnings.length > 0 ? ['', ...found.warnings.map((text) => `warning: ${text}`)] : []),
  ]);
}

/** A table that is there where it has rows below its head. */
function section(rows: readonly (readonly string[])[], numbers: readonly number[]): string[] {
  return rows.length > 1 ? ['', ...table(rows, numbers)] : [];
}

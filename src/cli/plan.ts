import { estimateMemory, type MemoryPlan } from '../compile/memoryPlan.ts';
import { bytesText } from '../core/bytes.ts';
import type { NetworkDef } from '../network/definition.ts';
import { requireMemory } from '../simulation/requireMemory.ts';
import { editsOf, withEdits } from './edits.ts';
import type { NetworkFlags, RunFlags } from './flags.ts';
import { jsonLine } from './jsonLines.ts';
import { loadNetwork, withPlaces } from './loadNetwork.ts';
import { cellsOf } from './networkText.ts';
import { count, lines, table } from './table.ts';

type PlanFlags = NetworkFlags & Pick<RunFlags, 'backend' | 'threads' | 'maxMemory' | 'json'>;

/**
 * `--plan`: prints what a network will take in memory; nothing of the size of its synapses is made for that. Answers the exit code.
 *
 * @throws SpikeloomError where it needs more than it is allowed, or the backend has
 */
export async function plan(file: string, flags: PlanFlags): Promise<number> {
  const network = await loadNetwork(file);
  const precision = flags.precision ?? network.manifest?.precision ?? 'f32';
  const body = async (edited: NetworkDef): Promise<void> => printPlan(file, edited, precision, flags);
  await withPlaces(network, () => withEdits(network.def, editsOf(flags), precision, body));
  return 0;
}

function printPlan(file: string, def: NetworkDef, precision: MemoryPlan['precision'], flags: PlanFlags): void {
  const { backend = 'wasm', threads = 1, maxMemory } = flags;
  const memory = estimateMemory(def, precision, threads === 'auto' ? 1 : threads);
  process.stdout.write(flags.json ? jsonLine({ event: 'plan', file, ...memory }) : planText(file, cellsOf(def), memory));
  requireMemory(memory, { backend, maxMemory });
}

function planText(file: string, cells: number, plan: MemoryPlan): string {
  const { populations, projections, recorders, bytes } = plan;
  const synapses = projections.reduce((n, p) => n + p.synapses, 0);
  return lines([
    `${file}: ${count(cells, 'cell')}, ${projections.every((p) => p.isExact) ? '' : '~'}${count(synapses, 'synapse')}, ~${bytesText(bytes)} of memory ` +
      `in ${plan.precision} on ${count(plan.threads, 'thread')}`,
    '',
    ...table(
      [['population', 'cells', 'bytes each', 'MB'], ...populations.map((p) => [p.name, String(p.cells), each(p.bytes, p.cells), megabytes(p.bytes)])],
      [1, 2, 3],
    ),
    ...(projections.length > 0 ? ['', ...projectionTable(plan)] : []),
    '',
    `  recorders: ${megabytes(recorders)} MB`,
  ]);
}

function projectionTable({ projections }: MemoryPlan): string[] {
  return table(
    [
      ['projection', 'synapses', 'bytes each', 'MB', 'values', 'tables', 'spikes'],
      ...projections.map((p) => [
        p.name,
        `${p.isExact ? '' : '~'}${p.synapses}`,
        each(p.bytes, p.synapses),
        ...[p.bytes, p.values, p.tables, p.spikes].map(megabytes),
      ]),
    ],
    [1, 2, 3, 4, 5, 6],
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(3);
}

function each(bytes: number, of: number): string {
  return of === 0 ? '-' : (bytes / of).toFixed(1);
}

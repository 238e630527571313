import { estimateMemory, type MemoryPlan } from '../compile/memoryPlan.ts';
import { countByRule } from '../compile/synapseCount.ts';
import { bytesText } from '../core/bytes.ts';
import { SpikeloomError } from '../core/error.ts';
import type { NetworkDef } from '../network/definition.ts';
import { BACKENDS, type BackendName } from './backends.ts';

interface Limits {
  readonly backend: BackendName;
  /** Bytes. */
  readonly maxMemory: number | undefined;
}

/** Bytes that no synapse and no cell exceeds by much. */
const OF_SYNAPSE = 128;
const OF_CELL = 4096;
/** Where an estimate exceeds the limit by less than this, the network itself is looked at. */
const MARGIN = 1.05;

/**
 * Refuses a network that is too large before it is built. One that is small by any count is not looked at more closely.
 *
 * @throws SpikeloomError 'unsupported'
 */
export function requireRoom(def: NetworkDef, settings: Limits & Pick<MemoryPlan, 'precision' | 'threads'>): void {
  if (atMost(def) <= limitOf(settings).bytes) return;
  requireMemory(estimateMemory(def, settings.precision, settings.threads), settings);
}

/** @throws SpikeloomError 'unsupported' where a network needs more than it is allowed, or the backend has */
export function requireMemory(plan: MemoryPlan, settings: Limits): void {
  const limit = limitOf(settings);
  if (plan.bytes <= limit.bytes * (plan.isEstimate ? MARGIN : 1)) return;
  const raise = plan.precision === 'f64' ? ', or take precision f32' : '';
  throw new SpikeloomError({
    code: 'unsupported',
    message: `the network needs ${plan.isEstimate ? 'about ' : ''}${bytesText(plan.bytes)} of memory; ${limit.text}`,
    path: ['network'],
    hint: `${largest(plan)}Use fewer cells, synapses or recorders, or one value for all synapses of a projection${raise}${limit.advice}.`,
  });
}

function limitOf({ backend, maxMemory }: Limits): { readonly bytes: number; readonly text: string; readonly advice: string } {
  const { mostBytes } = BACKENDS[backend];
  if (maxMemory !== undefined && maxMemory <= mostBytes) {
    return { bytes: maxMemory, text: `maxMemory allows ${bytesText(maxMemory)}`, advice: ', or raise maxMemory' };
  }
  return { bytes: mostBytes, text: `the backend '${backend}' has at most ${bytesText(mostBytes)}`, advice: '' };
}

function largest({ populations, projections }: MemoryPlan): string {
  const parts = [
    ...populations.map(({ name, cells, bytes }) => ({ bytes, what: `Population '${name}'`, count: `${cells} cells`, each: bytes / cells })),
    ...projections.map(({ name, synapses, isExact, bytes }) => {
      return { bytes, what: `Projection '${name}'`, count: `${isExact ? '' : 'about '}${synapses} synapses`, each: bytes / synapses };
    }),
  ];
  const [first] = parts.sort((a, b) => b.bytes - a.bytes);
  if (!first || !Number.isFinite(first.each)) return '';
  return `${first.what} takes ${bytesText(first.bytes)} of it: ${first.count} of ${first.each.toFixed(1)} bytes each. `;
}

/** Bytes that a network does not exceed, without a look at its models and its pairs. */
function atMost({ populations, projections }: NetworkDef): number {
  const sizes = new Map(populations.map((p) => [p.name, p.rows * p.columns]));
  const cells = [...sizes.values()].reduce((a, b) => a + b, 0);
  const synapses = projections.reduce((n, p) => {
    const [sources, targets] = [sizes.get(p.source.population) ?? 0, sizes.get(p.target.population) ?? 0];
    return n + (countByRule(p, sources, targets)?.synapses ?? sources * targets);
  }, 0);
  return cells * OF_CELL + synapses * OF_SYNAPSE;
}

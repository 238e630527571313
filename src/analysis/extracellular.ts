import { requireKind, requireOptions, wrongKind } from '../core/checks.ts';
import { SpikeloomError } from '../core/error.ts';
import { parseUnit, sameDimension } from '../core/unit.ts';
import type { MeanTrace, Trace } from '../simulation/recordings.ts';

/** A place in µm. */
export type Position = readonly [x: number, y: number, z: number];

/** A potential at some electrodes over time. */
export interface Potential {
  /** ms. */
  readonly times: Float64Array;
  /** µV, sample after sample: values[sample * electrodes + i] is that of electrode i. */
  readonly values: Float64Array;
  readonly electrodes: number;
}

/**
 * Places of the cells of a lattice, row by row, in a plane: column c of row r lies at (c, r) times the spacing.
 *
 * @param options.spacing between neighbors, µm
 * @param options.z of the plane, µm; 0 unless given
 */
export function gridPositions(
  lattice: { readonly rows: number; readonly columns: number },
  options: { readonly spacing: number; readonly z?: number },
): Position[] {
  requireOptions('gridPositions', options, ['spacing', 'z']);
  const { spacing, z = 0 } = options;
  requirePositive('the spacing', spacing, 'µm');
  const { rows, columns } = lattice;
  return Array.from({ length: rows * columns }, (_, i) => [(i % columns) * spacing, Math.floor(i / columns) * spacing, z]);
}

/**
 * The potential that transmembrane currents make in a wide, even and purely resistive medium, each cell a point source:
 * phi = 1 / (4 pi sigma) * sum of I_m / r (Nunez and Srinivasan 2006, Electric Fields of the Brain, chapter 4).
 *
 * What I_m is you say, by what you record: the sum, cell by cell, of the traces given, such as those of named expressions of the model.
 * All currents through the membrane of a cell that is one point, the capacitive one included, add up to what is injected into it by
 * an electrode, so a point cell has no dipole; what is mostly given are the currents of synapses, whose return currents are
 * taken to flow far away (Mazzoni et al. 2015, PLoS Computational Biology 11(12):e1004584, compare such proxies).
 *
 * @param currents traces of the same cells at the same times: currents, or currents per area together with `area`
 * @param options.positions of the recorded cells, in the order of the traces' `cells`, µm
 * @param options.electrodes where the potential is wanted, µm
 * @param options.sigma conductivity of the medium, S/m; 0.3, about that of the cortex, unless given
 * @param options.positive which way the currents are counted: `outward`, as through channels (the default), or `inward`, as added to dv/dt
 * @param options.area of the membrane of a cell, µm², where the currents are per area
 * @throws SpikeloomError where a trace is no current, traces do not fit each other, or an electrode lies in a cell's place
 */
export function extracellularPotential(
  currents: Trace | readonly Trace[],
  options: {
    readonly positions: readonly Position[];
    readonly electrodes: readonly Position[];
    readonly sigma?: number;
    readonly positive?: 'outward' | 'inward';
    readonly area?: number;
  },
): Potential {
  requireOptions('extracellularPotential', options, ['positions', 'electrodes', 'sigma', 'positive', 'area']);
  const { positions, electrodes, sigma = 0.3, positive = 'outward', area } = options;
  const traces: readonly Trace[] = Array.isArray(currents) ? currents : [currents as Trace];
  requirePositive('sigma', sigma, 'S/m');
  if (positive !== 'outward' && positive !== 'inward') throw wrongKind('positive', positive, "Give 'outward' or 'inward'.");
  requireSameSamples(traces);
  const [{ times, cells }] = traces;
  const sources = requirePositions('positions', positions, cells.length, 'recorded cells');
  const probes = requirePositions('electrodes', electrodes, electrodes?.length, 'electrodes');
  const weights = weightsOf(sources, probes, cells, ((positive === 'outward' ? 1 : -1) * 1000) / (4 * Math.PI * sigma));
  const scales = traces.map((trace) => toNanoampere(trace, area));
  const values = new Float64Array(times.length * probes.length);
  const sum = new Float64Array(cells.length);
  for (let k = 0; k < times.length; k++) {
    sum.fill(0);
    traces.forEach((trace, n) => {
      for (let i = 0; i < sum.length; i++) sum[i] += scales[n] * trace.values[k * sum.length + i];
    });
    for (let e = 0; e < probes.length; e++) {
      let phi = 0;
      for (let i = 0; i < sum.length; i++) phi += weights[e * sum.length + i] * sum[i];
      values[k * probes.length + e] = phi;
    }
  }
  return { times: times.slice(), values, electrodes: probes.length };
}

/**
 * A stand-in for an EEG that weighs all cells alike: the sum of v - reference over the cells, over 4 pi * conductivity * distance. It
 * sums voltages, not currents, so its unit is arbitrary; `extracellularPotential` is the physical one.
 *
 * @param voltage a trace of all cells, or their mean together with `cells`
 * @param options.reference mV; 0.007 unless given
 * @param options.distance 0.8 unless given
 * @param options.conductivity 251 unless given
 * @param options.cells how many cells a mean is taken over
 */
export function voltageSum(
  voltage: Trace | MeanTrace,
  options: { readonly reference?: number; readonly distance?: number; readonly conductivity?: number; readonly cells?: number } = {},
): Float64Array {
  requireOptions('voltageSum', options, ['reference', 'distance', 'conductivity', 'cells']);
  const { reference = 0.007, distance = 0.8, conductivity = 251, cells } = options;
  requireKind('number', 'the reference', reference);
  requirePositive('the distance', distance, 'one unit');
  requirePositive('the conductivity', conductivity, 'one unit');
  const isTrace = 'cells' in voltage;
  if (isTrace === (cells !== undefined)) {
    const hint = 'Give { cells } with a mean over cells, and only then.';
    throw wrongKind(isTrace ? "'cells' beside a trace of each cell" : "'cells', the number that the mean is over,", cells, hint);
  }
  const width = isTrace ? voltage.cells.length : 1;
  const scale = (cells ?? 1) / (4 * Math.PI * conductivity * distance);
  return Float64Array.from(voltage.times, (_, k) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += voltage.values[k * width + i] - reference;
    return sum * scale;
  });
}

/** For each electrode and cell, µV that a nA makes. */
function weightsOf(sources: readonly Position[], probes: readonly Position[], cells: Uint32Array, scale: number): Float64Array {
  const weights = new Float64Array(sources.length * probes.length);
  probes.forEach((probe, e) => {
    sources.forEach((source, i) => {
      const r = Math.hypot(probe[0] - source[0], probe[1] - source[1], probe[2] - source[2]);
      if (r === 0) {
        throw new SpikeloomError({
          code: 'invalid-value',
          message: `electrode ${e} lies where cell ${cells[i]} does, at (${source.join(', ')}) µm`,
          path: ['extracellularPotential'],
          hint: 'The potential of a point source has no end there: put it beside the cell, at least the radius of a soma away.',
        });
      }
      weights[e * sources.length + i] = scale / r;
    });
  });
  return weights;
}

/** By how much values of a trace are nA. */
function toNanoampere({ population, quantity, unit }: Trace, area: number | undefined): number {
  const given = parseUnit(unit);
  const [nA, density] = [parseUnit('nA'), parseUnit('nA/um^2')];
  const is = (other: typeof nA): boolean => sameDimension(given.dimension, other.dimension);
  if (is(nA) && area === undefined) return given.scale / nA.scale;
  if (is(density) && area !== undefined) {
    requirePositive('the area', area, 'µm²');
    return (given.scale / density.scale) * area;
  }
  const what = `'${quantity}' of '${population}' is in ${unit || 'no unit'}`;
  throw new SpikeloomError({
    code: 'unit-mismatch',
    message: is(nA) ? `${what}: an area makes no sense` : is(density) ? `${what}: a current per area` : `${what}: that is no current`,
    path: ['extracellularPotential'],
    hint: is(nA)
      ? 'Leave area out.'
      : is(density)
        ? 'Give the area of the membrane of a cell in µm²: { area: 1000 }.'
        : 'Record a quantity, named expression or port that is a current, in A or A/m^2.',
  });
}

function requireSameSamples(traces: readonly Trace[]): void {
  if (traces.length === 0) throw wrongKind('the list of currents', traces, 'Give what recordings.trace(view, name) returned.');
  const [first] = traces;
  const other = traces.find(
    (t) => String(t.cells) !== String(first.cells) || String(t.times) !== String(first.times) || t.population !== first.population,
  );
  if (!other) return;
  throw new SpikeloomError({
    code: 'invalid-shape',
    message: `'${other.quantity}' of '${other.population}' was recorded of other cells or at other times than '${first.quantity}' of '${first.population}'`,
    path: ['extracellularPotential'],
    hint: 'Record all currents of the same view with the same interval; the potentials of several populations add up.',
  });
}

function requirePositions(what: string, given: unknown, count: number, things: string): readonly Position[] {
  const isPosition = (p: unknown): boolean => Array.isArray(p) && p.length === 3 && p.every((x) => typeof x === 'number' && Number.isFinite(x));
  if (Array.isArray(given) && given.length > 0 && given.length === count && given.every(isPosition)) return given;
  const hint = 'Give [x, y, z] in µm for each: gridPositions(lattice, { spacing: 20 }).';
  if (!Array.isArray(given)) throw wrongKind(what, given, hint);
  const bad = given.findIndex((p) => !isPosition(p));
  const message = bad < 0 ? `${given.length} ${what} for ${count} ${things}` : `number ${bad} of the ${what} is no place`;
  throw new SpikeloomError({ code: 'invalid-shape', message, path: ['extracellularPotential'], hint });
}

function requirePositive(what: string, value: unknown, unit: string): void {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return;
  throw wrongKind(what, value, `Give a number above 0, in ${unit}.`);
}

import type { ModelDef, ModelKind } from '../model/definition.ts';
import * as library from '../models/index.ts';
import type { LibraryModel } from './response.ts';

/** What a part acts on besides the voltage must stand in its cell too. */
const BESIDE: Readonly<Record<string, { readonly channels?: string; readonly receptors?: string }>> = {
  nmda: { receptors: 'nmda: nmda()' },
  glutamate: { receptors: 'ampa: ampa()' },
  m: { channels: 'm: mCurrent()' },
};

const CALLS: { readonly [K in ModelKind]: (call: string, def: ModelDef) => string } = {
  neuron: (call) => `network.population('cells', ${call}, 100);`,
  spikeTrain: (call) => `network.population('input', ${call}, 100);`,
  channel: (call, def) => `network.population('cells', ${def.reads?.v_t ? 'traubMiles' : 'hodgkinHuxley'}({ channels: { own: ${call} } }), 100);`,
  transmitter: (call) => `network.population('cells', izhikevich({ transmitters: { glutamate: ${call} } }), 100);`,
  receptor: receptorCall,
  synapse: (call) => `network.connect(source, target, ${call}, probability(0.1));`,
  stimulus: (call) => `network.stimulate(cells, ${call});`,
};

function receptorCall(call: string, def: ModelDef): string {
  const { equations = '', step = '', modulates = {}, reads = {} } = def;
  const isKinetics = !/\bcurrent\s*=/.test(equations) && Object.keys(modulates).length === 0;
  const feels = /\bconc\b/.test(equations + step) ? 'ampa' : 'synapticConductance';
  const names = new Set([...Object.keys(modulates), ...Object.keys(reads)].map((name) => name.replace(/\..*/, '')));
  const beside = [...names].flatMap((name) => BESIDE[name] ?? []);
  const channels = beside.flatMap((parts) => parts.channels ?? []);
  const receptors = [...beside.flatMap((parts) => parts.receptors ?? []), `own: ${isKinetics ? `${feels}(${call})` : call}`];
  const given = [...(channels.length > 0 ? [`channels: { ${channels.join(', ')} }`] : []), `receptors: { ${receptors.join(', ')} }`];
  return `network.population('cells', izhikevich({ ${given.join(', ')} }), 100);`;
}

/** Lines of TypeScript that put a model of the library, or a published type of one, into a network. */
export function usageOf({ name, def }: LibraryModel): string[] {
  const [base, type] = name.split('.');
  const values = type === undefined ? givenValues(def) : [`...${base}Types.${type}`];
  const call = CALLS[def.kind](`${base}(${values.length > 0 ? `{ ${values.join(', ')} }` : ''})`, def);
  const used = Object.keys(library).filter((known) => new RegExp(`\\b${known}[(.]`).test(call));
  return [`import { ${used.join(', ')} } from 'spikeloom/models';`, call];
}

/** Whether a synapse is told what it adds to. */
function addsToTarget({ continuous, onPre, onPost }: ModelDef): boolean {
  return [continuous, onPre, onPost].some((text) => text?.includes('<target>'));
}

/** What it must be given, and the first of its parameters as an example. */
function givenValues(def: ModelDef): string[] {
  const changes = (name: string) => new RegExp(`\\bd${name}/dt\\b`).test(def.equations ?? '');
  const target = def.kind === 'stimulus' ? 'i_in' : addsToTarget(def) ? 'i_syn_ex' : undefined;
  const list = Object.entries(def.quantities).find(([, { value }]) => typeof value === 'object');
  const first = Object.entries(def.quantities).find(
    ([name, { value }]) => typeof value === 'number' && !['v', 'v_th', 'conc', 'r'].includes(name) && !changes(name),
  );
  return [
    ...(target ? [`target: '${target}'`] : []),
    ...(list ? [`${list[0]}: [1, 2, 3]`] : first ? [`${first[0]}: ${String(first[1].value)}`] : []),
  ];
}

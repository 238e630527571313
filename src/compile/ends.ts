import { SpikeloomError } from '../core/error.ts';
import type { KernelBuilder } from '../ir/build.ts';
import type { Access, NodeId } from '../ir/expr.ts';
import type { LowerContext } from '../language/lower.ts';
import { delayed } from './delayLine.ts';
import { CellEnvironment } from './environment.ts';
import type { PopulationPlan } from './plan.ts';
import type { ProjectionSetting, SynapseColumns } from './projectionPlan.ts';

/** What the names of a continuous synapse stand for: its own quantities, and those of the cells at both ends. */
export function endsEnvironment(
  setting: ProjectionSetting,
  builder: KernelBuilder,
  quantities: SynapseColumns,
  preSide: 'self' | 'pre',
  postSide: 'self' | 'post',
): LowerContext {
  // Computed once for each cell and not once for each of its synapses.
  const definition = (plan: PopulationPlan, name: string, at: Access): NodeId => builder.load(setting.published.column(plan, name), at);
  const { lag = 0, source, published } = setting;
  const past = (name: string): NodeId => {
    if (name === 'spiked') throw readsSpiked(setting);
    return builder.load(delayed(source, name, lag, published), preSide);
  };
  return synapseEnvironment(setting, builder, { quantities, preSide, postSide, definition, ...(lag > 0 && { past }) });
}

function readsSpiked({ def }: ProjectionSetting): SpikeloomError {
  return new SpikeloomError({
    code: 'unsupported',
    message: `synapse '${def.synapse.name}' has a delay and can't read 'pre.spiked'`,
    path: ['network', `projection '${def.name}'`],
    hint: 'Read a variable of the source, such as the concentration of a transmitter; or act on spikes, in a block onPre.',
  });
}

interface Names {
  readonly quantities: SynapseColumns;
  readonly preSide: 'self' | 'pre';
  readonly postSide: 'self' | 'post';
  /** What named expressions of cells stand for, if not for what they are made of. */
  readonly definition?: (plan: PopulationPlan, name: string, at: Access) => NodeId;
  /** What variables and named expressions of the source stand for, if not for what they are now. */
  readonly past?: (name: string) => NodeId;
}

/** What the names of a synapse's model stand for in a kernel. */
export function synapseEnvironment(
  { source, target }: { readonly source: PopulationPlan; readonly target: PopulationPlan },
  builder: KernelBuilder,
  { quantities, preSide, postSide, definition, past }: Names,
): LowerContext {
  const ends = { pre: new CellEnvironment(source, builder, preSide), post: new CellEnvironment(target, builder, postSide) };
  const sides = { pre: preSide, post: postSide };
  const lookup = (name: string): NodeId => {
    const [end, ...rest] = name.split('.');
    if (end === 'pre' || end === 'post') {
      const local = rest.join('.');
      const { plan } = ends[end];
      if (past && end === 'pre' && isVariable(plan, local)) return past(local);
      return definition && plan.model.definitions.has(local) ? definition(plan, local, sides[end]) : ends[end].lookup(local);
    }
    const own = quantities.get(name);
    if (own) return builder.load(own.column, own.per === 'projection' ? 'once' : 'edge');
    return ends.post.lookup(name);
  };
  return { builder, functions: new Map(), lookup, random: () => builder.u32(0) };
}

/** Whether what a name of a cell stands for may change from step to step. */
function isVariable(plan: PopulationPlan, name: string): boolean {
  const quantity = plan.model.quantities.get(name);
  if (quantity) return quantity.role === 'variable' || plan.isDriven(name);
  return !['row', 'col', 'index', 'size'].includes(name);
}

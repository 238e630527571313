import { rewardOf } from '../compile/compile.ts';
import type { ProjectionPlan } from '../compile/projection.ts';
import { SpikeloomError } from '../core/error.ts';
import type { Loaded } from './loaded.ts';

/** The projections whose synapses take rewards, by name. */
export function rewardedProjections({ compiled }: Loaded): string[] {
  return [...compiled.projections.values()].flatMap(({ def, reward }) => (reward === undefined ? [] : [def.name]));
}

/** Carries out the blocks onReward of projections, in their order. @throws SpikeloomError before anything changes */
export function giveReward(loaded: Loaded, projections: readonly string[], size: number): void {
  const plans = projections.map((name) => requireRewarded(loaded, name));
  for (const { def, reward } of plans) {
    if (reward === undefined) continue;
    loaded.executor.view(reward)[0] = size;
    loaded.executor.call(rewardOf(def.name));
  }
}

function requireRewarded(loaded: Loaded, name: string): ProjectionPlan {
  const plan = loaded.projection(name);
  if (plan.reward !== undefined) return plan;
  throw new SpikeloomError({
    code: 'invalid-network',
    message: `the synapses of '${name}' take no reward`,
    path: ['network', `projection '${name}'`],
    hint: `Give synapse '${plan.def.synapse.name}' a block onReward, such as onReward: 'd += reward'.`,
  });
}

import { requireNamed } from '../core/keys.ts';
import { composeModel } from '../model/compose.ts';
import type { FlatModel } from '../model/flat.ts';
import { composeStimulus, type StimulusTarget, stimulusTarget } from '../model/stimulus.ts';
import type { PopulationDef } from './definition.ts';

/** The model of a population; that of a stimulus in the units of what it acts on. @throws SpikeloomError */
export function populationModel(def: PopulationDef, all: ReadonlyMap<string, PopulationDef>): FlatModel {
  return stimulusOf(def, all)?.model ?? composeModel(def.model);
}

/** A stimulus and what it acts on; undefined for a population of cells. */
export function stimulusOf(
  { name, model, onto }: PopulationDef,
  all: ReadonlyMap<string, PopulationDef>,
): { readonly model: FlatModel; readonly target: StimulusTarget } | undefined {
  if (!onto) return undefined;
  const path = ['network', `stimulus '${name}'`];
  const target = stimulusTarget(model, populationModel(requireNamed('population', onto.population, all), all), path);
  return { model: composeStimulus(model, target, path), target };
}

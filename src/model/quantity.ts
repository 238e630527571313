import { isList, requireKind, wrongKind } from '../core/checks.ts';
import type { Input, Normalization, Quantity, SpikeCondition } from './definition.ts';

/**
 * Declares a quantity of a model.
 *
 * @param value a number in `unit`; or an expression over the model's other quantities, evaluated when a cell is made; or a list of numbers
 * @param unit such as 'mV' or 'mS/cm^2'; '1' for a pure number; leave it out in a model without units
 * @param meaning one line, shown in docs and forms
 */
export function quantity(value: number | string | readonly number[], unit?: string, meaning?: string): Quantity {
  const isValue = typeof value === 'number' || typeof value === 'string' || isList(value);
  if (!isValue) throw wrongKind('the value', value, "Give a number, an expression as text, or a list of numbers: quantity(-65, 'mV').", ['quantity']);
  if (unit !== undefined) requireKind('text', 'the unit', unit, ['quantity']);
  if (meaning !== undefined) requireKind('text', 'the meaning', meaning, ['quantity']);
  return { value, ...(unit !== undefined && { unit }), ...(meaning !== undefined && { meaning }) };
}

/** Declares a port of a neuron: projections add to it, equations read it. */
export function input(unit?: string, meaning?: string, normalize: Normalization = 'sum'): Input {
  if (unit !== undefined) requireKind('text', 'the unit', unit, ['input']);
  if (meaning !== undefined) requireKind('text', 'the meaning', meaning, ['input']);
  return { ...(unit !== undefined && { unit }), ...(meaning !== undefined && { meaning }), normalize };
}

/** Spike detection at the peak of a variable, for models without reset. */
export function peak(variable: string, options: { readonly above: string }): SpikeCondition {
  requireKind('text', 'the variable', variable, ['peak']);
  requireKind('object', 'what says how high it must be', options, ['peak']);
  requireKind('text', 'above', options.above, ['peak']);
  return { kind: 'peak', variable, above: options.above };
}

/** Spikes at the times of a list quantity, in ms, ascending. */
export function scheduled(times: string): SpikeCondition {
  requireKind('text', 'what names the times', times, ['scheduled']);
  return { kind: 'scheduled', times };
}

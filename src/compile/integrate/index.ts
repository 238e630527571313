import type { Integrator } from '../../model/definition.ts';
import { euler } from './euler.ts';
import { exact } from './exact.ts';
import { exponentialEuler } from './exponentialEuler.ts';
import { heun } from './heun.ts';
import { rk4 } from './rk4.ts';
import type { Integrate } from './system.ts';

export const INTEGRATE: { readonly [K in Integrator]: Integrate } = { euler, 'exponential-euler': exponentialEuler, exact, heun, rk4 };

/** Methods that take a right side more than once a step: they need the whole cell as one system. */
export const MULTISTAGE: ReadonlySet<Integrator> = new Set(['heun', 'rk4']);

import type { Network } from 'spikeloom';
import type { StandardOptions } from './networks/variant.ts';

type Make = (n?: number, options?: StandardOptions) => Network;

/** The standard networks, by name; a module is read when its network is asked for, as a user's would be. */
export const STANDARD: Readonly<Record<string, () => Promise<Make>>> = {
  cuba: async () => (await import('./networks/cuba.ts')).cuba,
  coba: async () => (await import('./networks/coba.ts')).coba,
  cobahh: async () => (await import('./networks/cobahh.ts')).cobahh,
  brunel: async () => (await import('./networks/brunel.ts')).brunel,
  izh: async () => (await import('./networks/izh.ts')).izh,
  stdp: async () => (await import('./networks/stdp.ts')).stdp,
  pd14: async () => (await import('./networks/pd14.ts')).pd14,
};

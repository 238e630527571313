import type { PrimitiveName } from './expr.ts';

/** The values of an argument: element i lies at i * stride; stride 0 where all elements have the same. */
export interface Operand {
  readonly values: Float32Array | Float64Array | Uint32Array | Uint8Array;
  readonly stride: 0 | 1;
}

type Loop = (out: Operand['values'], n: number, a: Operand, b: Operand, c: Operand) => void;

/**
 * The most frequent primitives with a loop of their own: what a loop calls that all share, an engine can't put in place, and
 * then the call takes several times as long as the operation.
 */
export const LOOPS: { readonly [K in PrimitiveName]?: Loop } = {
  add: (out, n, { values: x, stride: s }, { values: y, stride: t }) => {
    for (let i = 0; i < n; i++) out[i] = x[i * s] + y[i * t];
  },
  sub: (out, n, { values: x, stride: s }, { values: y, stride: t }) => {
    for (let i = 0; i < n; i++) out[i] = x[i * s] - y[i * t];
  },
  mul: (out, n, { values: x, stride: s }, { values: y, stride: t }) => {
    for (let i = 0; i < n; i++) out[i] = x[i * s] * y[i * t];
  },
  div: (out, n, { values: x, stride: s }, { values: y, stride: t }) => {
    for (let i = 0; i < n; i++) out[i] = x[i * s] / y[i * t];
  },
  min: (out, n, { values: x, stride: s }, { values: y, stride: t }) => {
    for (let i = 0; i < n; i++) out[i] = Math.min(x[i * s], y[i * t]);
  },
  max: (out, n, { values: x, stride: s }, { values: y, stride: t }) => {
    for (let i = 0; i < n; i++) out[i] = Math.max(x[i * s], y[i * t]);
  },
  neg: (out, n, { values: x, stride: s }) => {
    for (let i = 0; i < n; i++) out[i] = -x[i * s];
  },
  sqrt: (out, n, { values: x, stride: s }) => {
    for (let i = 0; i < n; i++) out[i] = Math.sqrt(x[i * s]);
  },
  floor: (out, n, { values: x, stride: s }) => {
    for (let i = 0; i < n; i++) out[i] = Math.floor(x[i * s]);
  },
  lt: (out, n, { values: x, stride: s }, { values: y, stride: t }) => {
    for (let i = 0; i < n; i++) out[i] = x[i * s] < y[i * t] ? 1 : 0;
  },
  le: (out, n, { values: x, stride: s }, { values: y, stride: t }) => {
    for (let i = 0; i < n; i++) out[i] = x[i * s] <= y[i * t] ? 1 : 0;
  },
  eq: (out, n, { values: x, stride: s }, { values: y, stride: t }) => {
    for (let i = 0; i < n; i++) out[i] = x[i * s] === y[i * t] ? 1 : 0;
  },
  select: (out, n, { values: test, stride: r }, { values: x, stride: s }, { values: y, stride: t }) => {
    for (let i = 0; i < n; i++) out[i] = test[i * r] !== 0 ? x[i * s] : y[i * t];
  },
  toFloat: (out, n, { values: x, stride: s }) => {
    for (let i = 0; i < n; i++) out[i] = x[i * s];
  },
  shrU32: (out, n, { values: x, stride: s }, { values: y, stride: t }) => {
    for (let i = 0; i < n; i++) out[i] = x[i * s] >>> y[i * t];
  },
};

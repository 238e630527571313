export type { CellPlace, Shape } from './cell.ts';
export { Graph, type Neighbors } from './graph.ts';
export type { CellPairs } from './pairs.ts';

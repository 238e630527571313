export { allToAll } from './allToAll.ts';
export { edgeList } from './edgeList.ts';
export { matrix } from './matrix.ts';
export { oneToOne } from './oneToOne.ts';
export { probability } from './probability.ts';
export { where } from './where.ts';

import type { Domain } from '../../ir/kernel.ts';
import type { Code, FunctionRef, Local, ModuleAssembler } from './assembler.ts';
import { CalendarEmitter } from './calendarKernel.ts';
import { Columns, eachSpike, ownThread, plus } from './eventColumns.ts';
import { eventVectors, forVectors, mayBeVectors } from './eventVectors.ts';
import { analyse } from './levels.ts';
import { forRange } from './loops.ts';
import { setOwnSpikes } from './neuronKernels.ts';
import { pushTarget } from './runs.ts';
import { F32, F64 } from './scalarModes.ts';
import { edgeStatement } from './statements.ts';
import { parameters } from './team.ts';
import { type EmitSetting, type KernelContext, noPlace, type Place, Values } from './values.ts';

type Shared = EmitSetting;
type Pre = Extract<Domain, { side: 'pre' }>;
type Post = Extract<Domain, { side: 'post' }>;

/** A kernel over the synapses of spikes: those behind sources when they are due, or those before targets. */
export function addEventKernel(assembler: ModuleAssembler, shared: Shared, domain: Extract<Domain, { kind: 'events' }>): FunctionRef {
  if (domain.side === 'post') return addPost(assembler, shared, domain);
  const params = parameters(shared.team);
  const inner = ['i32', 'i32', 'i32', ...params] as const;
  const wait = assembler.function(`${shared.kernel.name}.wait`, { params: inner, results: [] }, (code) =>
    new CalendarEmitter(code, shared, domain).wait(),
  );
  const page = domain.fanOut.pageBits > 0 ? (['i32'] as const) : [];
  const deliver = assembler.function(`${shared.kernel.name}.run`, { params: ['i32', 'i32', 'i32', ...page, ...params], results: [] }, (code) =>
    emitRun(code, shared, domain),
  );
  return assembler.function(shared.kernel.name, { params, results: [] }, (code) => new CalendarEmitter(code, shared, domain).emit(wait, deliver));
}

/** A function (source, start, end, and the first cell of the page where there are several) that carries out the events of one run. */
function emitRun(code: Code, shared: Shared, domain: Pre): void {
  const { program } = shared;
  const [pre, edge, end, page] = code.params;
  const [post, ahead] = [code.local('i32'), code.local('i32')];
  const pushPost = (synapse: Local): void => {
    pushTarget(code, program, domain.fanOut, synapse);
    if (domain.fanOut.pageBits === 0) return;
    code.get(page);
    code.op('i32.add');
  };
  const place: Place = (at) => code.get(at === 'post' ? post : at === 'pre' ? pre : edge);
  const context = contextOf(code, shared);
  if (mayBeVectors(context, 'pre')) {
    const pushEdge = (lane: number): void => plus(code, edge, lane);
    const vectors = eventVectors(context, place, pushEdge, false);
    forVectors(code, { index: edge, end, vectors }, () =>
      vectors.each((lane) => {
        plus(code, edge, lane);
        code.set(ahead);
        pushPost(ahead);
      }),
    );
  }
  const event = prepareEvent(context, place);
  forRange(code, { index: edge, end }, () => {
    pushPost(edge);
    code.set(post);
    event();
  });
}

function addPost(assembler: ModuleAssembler, shared: Shared, { spikes, fanIn }: Post): FunctionRef {
  return assembler.function(shared.kernel.name, { params: parameters(shared.team), results: [] }, (code) => {
    const columns = new Columns(code, shared.program);
    const [i, last, post, k, end, pre, edge] = Array.from({ length: 7 }, () => code.local('i32'));
    const place: Place = (at) => code.get(at === 'post' ? post : at === 'pre' ? pre : edge);
    const context = contextOf(code, shared);
    const event = prepareEvent(context, place);
    const edges = mayBeVectors(context, 'post') ? [0, 1, 2, 3].map(() => code.local('i32')) : [];
    const vectors = edges.length > 0 ? eventVectors(context, place, (lane) => code.get(edges[lane]), true) : null;
    const { thread } = context;
    const each = (body: () => void): void => {
      if (thread && fanIn.slices > 1) {
        setOwnSpikes(code, thread, shared.program, spikes, i, last);
        forRange(code, { index: i, end: last }, body);
      } else eachSpike(columns, { program: shared.program, thread, spikes }, i, last, body);
    };
    each(() => {
      columns.load(spikes.list, () => code.get(i));
      code.set(post);
      columns.load(fanIn.rows, () => code.get(post));
      code.set(k);
      columns.load(fanIn.rows, () => code.get(post), 1);
      code.set(end);
      if (vectors) {
        forVectors(code, { index: k, end, vectors }, () => {
          for (let lane = 0; lane < vectors.lanes; lane++) {
            columns.load(fanIn.synapses, () => code.get(k), lane);
            code.set(edges[lane]);
          }
          vectors.each(() => code.get(post));
        });
      }
      forRange(code, { index: k, end }, () => {
        columns.load(fanIn.synapses, () => code.get(k));
        code.set(edge);
        if (fanIn.sources !== null) {
          columns.loadPlace(fanIn.sources, k);
          code.set(pre);
        }
        event();
      });
    });
  });
}

function contextOf(code: Code, { program, kernel, random, team }: Shared): KernelContext {
  return { code, program, kernel, random, facts: analyse(kernel), thread: ownThread(code, team) };
}

/** What does not differ between events is computed here; the function that comes back emits one event. */
function prepareEvent(context: KernelContext, place: Place): () => void {
  const { kernel } = context;
  const mode = kernel.precision === 'f32' ? F32 : F64;
  const given = new Values(context, mode, noPlace).keep(context.facts.crossing.uniform);
  const statements = kernel.body.map((s) => edgeStatement(context, mode, place, s));
  return () => {
    const values = new Values(context, mode, place, given);
    values.keep(context.facts.pinned);
    for (const statement of statements) statement.each(values);
  };
}

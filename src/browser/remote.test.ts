import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { interactingLattices } from '../../examples/interactingLattices.ts';
import { InternalError, SpikeloomError } from '../core/error.ts';
import { defineNeuron } from '../model/define.ts';
import { quantity } from '../model/quantity.ts';
import { izhikevich } from '../models/index.ts';
import type { NetworkDef } from '../network/definition.ts';
import { Network } from '../network/network.ts';
import type { RecordingSink } from '../simulation/recordings.ts';
import { type Simulation, simulate } from '../simulation/simulation.ts';
import { Connection } from './connection.ts';
import { EngineHost } from './engine/host.ts';
import type { Port } from './engine/protocol.ts';
import { connectTo, type RemoteSimulation, type WorkerOptions } from './remote.ts';

function portOf(port: MessagePort): Port {
  return {
    send: (message, transfer) => port.postMessage(message, transfer as ArrayBuffer[]),
    listen: (receive) => {
      port.removeAllListeners('message');
      port.on('message', receive);
    },
  };
}

/** Page and engine in one thread, with real messages between them. */
class Line {
  readonly #channel = new MessageChannel();
  readonly connection: Connection;
  onSend: (message: unknown) => void = () => {};
  onReceive: (message: unknown) => void = () => {};

  constructor() {
    const page = portOf(this.#channel.port1);
    this.connection = new Connection({
      listen: (receive) =>
        page.listen((message) => {
          this.onReceive(message);
          receive(message);
        }),
      send: (message, transfer) => {
        this.onSend(message);
        page.send(message, transfer);
      },
    });
    new EngineHost(portOf(this.#channel.port2));
  }

  readonly end = (error: unknown): void => {
    this.connection.fail(error);
    this.#channel.port1.close();
  };
}

const lines: Line[] = [];
afterEach(() => {
  for (const line of lines.splice(0)) line.end(new Error('over'));
});

async function remote(network: Network | NetworkDef, options: WorkerOptions = {}): Promise<RemoteSimulation> {
  const line = new Line();
  lines.push(line);
  return connectTo(line, 'def' in network ? network.def : network, options);
}

const WHOLE = { population: 'excitatory', cells: { kind: 'all' } } as const;

/** All that was recorded of the example. */
function recorded({ recordings }: Pick<Simulation, 'recordings'>): unknown {
  return recordings.infos.map((_, i) => {
    const { steps, values } = recordings.chunk(i);
    return { steps: [...steps], values: [...values] };
  });
}

describe('a simulation in a worker', () => {
  it('gives the bits of one in the page, recordings included', async () => {
    const own = await simulate(interactingLattices());
    await own.run(200);
    const far = await remote(interactingLattices());
    expect(await far.run(200)).toMatchObject({ steps: 200, end: 'done' });
    expect(recorded(far)).toEqual(recorded(own));
    expect([...(await far.read(WHOLE, 'v'))]).toEqual([...own.read(WHOLE, 'v')]);
    expect(await far.snapshot()).toEqual(own.snapshot());
    expect({ step: far.step, time: far.time, synapses: far.synapses, warnings: far.warnings, backend: far.backend }).toEqual({
      step: 200,
      time: 200,
      synapses: own.synapses,
      warnings: own.warnings,
      backend: 'wasm',
    });
  });

  it('is the same in pieces: held, step by step, and slowed down', async () => {
    const own = await simulate(interactingLattices());
    await own.run(5000);
    const far = await remote(interactingLattices());
    await far.limitSpeed(1000);
    const run = far.run(5000);
    await vi.waitUntil(() => far.step > 20);
    await far.pause();
    const { step } = far;
    expect(step).toBeLessThan(5000);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await far.advance(3);
    expect(far.step).toBe(step + 3);
    await far.limitSpeed(Number.POSITIVE_INFINITY);
    expect(far.step).toBe(step + 3);
    await far.resume();
    expect(await run).toMatchObject({ steps: 5000, end: 'done' });
    expect(recorded(far)).toEqual(recorded(own));
    expect(await far.snapshot()).toEqual(own.snapshot());
  });

  it('keeps about to its speed limit', async () => {
    const far = await remote(interactingLattices());
    await far.limitSpeed(500);
    const begin = performance.now();
    await far.run(100);
    expect(performance.now() - begin).toBeGreaterThan(195);
    const rest = far.run(Number.POSITIVE_INFINITY);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = performance.now();
    await far.reset();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await far.pause();
    expect(far.step).toBeGreaterThan(0);
    expect(far.step).toBeLessThanOrEqual((performance.now() - before) / 2 + 1);
    await far.limitSpeed(0.001);
    await far.resume();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const controller = new AbortController();
    await expect(far.run(1, { signal: controller.signal })).rejects.toThrow('this simulation is running already');
    far.dispose();
    await expect(rest).rejects.toThrow('this simulation was disposed of');
  });

  it('ends a run by its signal, and tells of progress', async () => {
    const far = await remote(interactingLattices());
    const controller = new AbortController();
    const fractions: number[] = [];
    const run = far.run(Number.POSITIVE_INFINITY, {
      signal: controller.signal,
      onProgress: ({ fraction, speed }) => {
        expect(speed).toBeGreaterThan(0);
        fractions.push(fraction);
        controller.abort();
      },
    });
    expect(await run).toMatchObject({ end: 'aborted' });
    expect(fractions.length).toBeGreaterThan(0);
    expect(await far.run(5, { signal: controller.signal })).toMatchObject({ end: 'aborted', steps: 0 });
    expect(await far.run(5)).toMatchObject({ end: 'done', steps: 5 });
  });

  it('is changed between steps, and keeps the journal here', async () => {
    const network = interactingLattices();
    const far = await remote(network);
    const own = await simulate(network);
    const excitatory = network.populationNamed('excitatory');
    for (const simulation of [far, own]) {
      await simulation.run(20);
      await simulation.set(excitatory, { v: 'uniform(v_init, v_th)' });
      await simulation.setSynapses('excitatory->excitatory', { w: 0.5 });
      await simulation.run(20);
    }
    expect(far.journal).toEqual(own.journal);
    expect(await far.getSynapses('excitatory->excitatory', 'w')).toEqual(own.getSynapses('excitatory->excitatory', 'w'));
    expect(await far.synapsesOf('excitatory->excitatory')).toEqual(own.synapsesOf('excitatory->excitatory'));
    expect(await far.get(excitatory, 'v')).toEqual(own.get(excitatory, 'v'));

    const again = await remote(network);
    await again.replay(far.journal);
    await again.run(40);
    expect(recorded(again)).toEqual(recorded(own));
  });

  it('goes back to the start and to a snapshot, where what was recorded is cleared', async () => {
    const far = await remote(interactingLattices());
    await far.run(30);
    const bytes = await far.snapshot();
    await far.run(30);
    const there = await far.snapshot();
    await far.restore(bytes);
    expect(far.step).toBe(30);
    expect(far.recordings.spikes('excitatory').times).toHaveLength(0);
    await far.run(30);
    expect(await far.snapshot()).toEqual(there);
    await far.reset();
    expect(far.step).toBe(0);
    await far.run(30);
    expect(await far.snapshot()).toEqual(bytes);
  });

  it('takes another network, whose equal recorders go on', async () => {
    const own = await simulate(interactingLattices());
    const far = await remote(interactingLattices());
    for (const simulation of [own, far]) {
      await simulation.run(30);
      const other = interactingLattices({ seed: 99 });
      other.recordSpikeCounts(other.populationNamed('inhibitory'));
      const { recorders, ...def } = other.def;
      await simulation.replace({ ...def, recorders: recorders.slice(1) });
      await simulation.run(30);
    }
    expect(recorded(far)).toEqual(recorded(own));
    expect(far.network).toEqual(own.network);
    expect(far.network.seed).toBe(6);
    await far.reset();
    expect(far.recordings.infos).toHaveLength(4);
  });

  it('adds and takes away synapses, sets some of them, and resets parts', async () => {
    const make = () => {
      const network = interactingLattices();
      const { name } = network.def.projections[0];
      return { network: network.recordSynapses(name, 'w', { every: 10, synapses: [3] }).recordSynapses(name, 'w', { every: 9 }), name };
    };
    const [own, far] = [await simulate(make().network), await remote(make().network)];
    const { name } = make();
    const { sources, targets } = own.synapsesOf(name);
    const pairs = [0, 1].map((i) => [sources[i], targets[i]] as const);
    for (const simulation of [own, far]) {
      await simulation.run(20);
      await simulation.removeSynapses(name, pairs);
      await simulation.run(20);
      await simulation.addSynapses(name, pairs, { w: 0.25 });
      await simulation.setSynapses(name, { w: 0.5 }, { pairs: [pairs[0]] });
      await simulation.reset({ only: ['clock'] });
      await simulation.run(20);
    }
    expect(recorded(far)).toEqual(recorded(own));
    expect(far.network).toEqual(own.network);
    expect(await far.getSynapses(name, 'w')).toEqual(own.getSynapses(name, 'w'));
    expect(far.recordings.synapses(name, 'w', { synapses: [3] }).times).toHaveLength(6);
  });

  it('carries a rule that is a function out in the page', async () => {
    const make = (rule: 'function' | 'text') => {
      const network = new Network({ dt: 1, duration: 10 });
      const cells = network.lattice('cells', izhikevich(), { rows: 3, columns: 3 });
      cells.set({ v: 'uniform(v_init, v_th)' });
      const pulse = { kind: 'synapse', def: interactingLattices().def.projections[0].synapse } as const;
      if (rule === 'text') network.connect(cells, cells, pulse, { kind: 'where', condition: 'pre.row != post.row' });
      else network.connect(cells, cells, pulse, { kind: 'predicate', predicate: (pre, post) => pre.row !== post.row });
      return network;
    };
    await expect(remote(make('function'))).rejects.toThrow(/can't be sent to the engine's worker/);
    const { predicatesAsEdges } = await import('../compile/edges.ts');
    const a = await remote(predicatesAsEdges(make('function').def));
    const b = await remote(make('text'));
    for (const simulation of [a, b]) await simulation.run();
    const where = { population: 'cells', cells: { kind: 'all' } } as const;
    expect(await a.read(where, 'v')).toEqual(await b.read(where, 'v'));
  });

  it('keeps no more recordings than it may, and gives a sink all of them', async () => {
    const own = await simulate(interactingLattices());
    await own.run(500);
    let opened = 0;
    let spikes = 0;
    const slow: RecordingSink = {
      open: async (recorders, dt) => {
        opened++;
        expect(recorders).toHaveLength(4);
        expect(dt).toBe(1);
      },
      write: async (index, { values }) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (index === 1 || index === 3) spikes += values.length;
      },
    };
    const far = await remote(interactingLattices(), { sink: slow, keepRecorded: 2000 });
    await far.run(500);
    expect(opened).toBe(1);
    expect(spikes).toBe(own.recordings.spikes('excitatory').cells.length + own.recordings.spikes('inhibitory').cells.length);
    expect(far.recordings.bytes).toBeLessThanOrEqual(2000);
    expect(far.recordings.spikes('excitatory').dropped).toBeGreaterThan(0);
  });

  it('waits where the page does not take what is recorded', async () => {
    const network = new Network({ dt: 1 });
    const cells = network.population('cells', izhikevich(), 20_000);
    network.record(cells, 'v');
    let free = (): void => {};
    const blocked = new Promise<void>((resolve) => {
      free = resolve;
    });
    let bytes = 0;
    const sink: RecordingSink = {
      open: () => {},
      write: async (_, { values }) => {
        bytes += values.byteLength;
        await blocked;
      },
    };
    const far = await remote(network, { sink, keepRecorded: 1e6 });
    const run = far.run(2000);
    const stepNow = async (): Promise<number> => {
      await far.read({ population: 'cells', cells: { kind: 'all' } }, 'v');
      return far.step;
    };
    // It stands when a step stays as it is.
    let before = -1;
    await vi.waitUntil(
      async () => {
        const [last, step] = [before, await stepNow()];
        before = step;
        return step > 0 && step === last;
      },
      { timeout: 15_000, interval: 200 },
    );
    expect(await stepNow()).toBeLessThan(1500);
    free();
    await run;
    expect(bytes).toBe(2000 * 20_000 * 4);
  });

  it('ends a run where the sink fails, with what it threw', async () => {
    const sink: RecordingSink = {
      open: () => {},
      write: () => {
        throw new Error('the disk is full');
      },
    };
    const far = await remote(interactingLattices(), { sink });
    await expect(far.run(Number.POSITIVE_INFINITY)).rejects.toThrow('the disk is full');
  });
});

describe('errors', () => {
  it('cross over with all their data', async () => {
    const network = interactingLattices().def;
    const [first, ...rest] = network.populations;
    const broken = { ...network, populations: [{ ...first, assignments: [{ cells: { kind: 'all' as const }, values: { v: '1 + vth' } }] }, ...rest] };
    const there = await simulate(broken).catch((error: unknown) => error as SpikeloomError);
    const here = await remote(broken).catch((error: unknown) => error as SpikeloomError);
    expect(here).toBeInstanceOf(SpikeloomError);
    expect((here as SpikeloomError).problems).toEqual((there as SpikeloomError).problems);
    expect((here as SpikeloomError).span).toEqual({ start: 4, end: 7 });
    expect(String(here)).toBe(String(there));
  });

  it('of the run leave what was recorded', async () => {
    const exploding = defineNeuron({ name: 'exploding', quantities: { v: quantity(0) }, equations: 'dv/dt = v^2' });
    const network = new Network({ dt: 1 });
    const cells = network.population('cells', exploding(), 1);
    network.record(cells, 'v');
    const far = await remote(network);
    await far.run(5);
    await far.set(cells, { v: 1 });
    await expect(far.run(100)).rejects.toMatchObject({ code: 'diverged', path: ['network', "population 'cells'", 'cell 0', "quantity 'v'"] });
    expect(far.recordings.trace('cells', 'v').times.length).toBeGreaterThan(10);
  });

  it('of a name that is not known refuse the call alone', async () => {
    const far = await remote(interactingLattices());
    await expect(far.read(WHOLE, 'volt')).rejects.toMatchObject({ code: 'unknown-name' });
    await expect(far.advance(0)).rejects.toThrow('the number of steps is 0\n  Give a whole number from 1.');
    await expect(far.limitSpeed(-1)).rejects.toThrow('the speed is -1\n  Give model ms per real second, above 0; Infinity for no limit.');
    await expect(far.run(-1)).rejects.toThrow('the duration is -1');
    const run = far.run(Number.POSITIVE_INFINITY);
    await expect(far.advance(1)).rejects.toThrow('this simulation is running\n  Pause it before you go on step by step.');
    await expect(far.write(WHOLE, { v: (() => 0) as never })).rejects.toThrow(/this can't be sent to the engine's worker .*\n {2}Give numbers, text/);
    far.dispose();
    await expect(run).rejects.toThrow();
    await expect(far.read(WHOLE, 'v')).rejects.toThrow('this simulation was disposed of\n  Start another: simulateInWorker(network).');
    expect(far.recordings.infos).toHaveLength(4);
  });

  it('of our own stay our own', async () => {
    const { receiveError, sendError } = await import('./engine/protocol.ts');
    const fault = new InternalError('two cells in one place');
    const received = receiveError(structuredClone(sendError(fault)));
    expect(received).toBeInstanceOf(InternalError);
    expect(received.message).toBe(fault.message);
    expect(received.stack).toBe(fault.stack);
    expect(receiveError(sendError('a word')).message).toBe('a word');
  });
});

describe('what is watched', () => {
  it('comes frame by frame, with the values of one step, and never two questions at once', async () => {
    const line = new Line();
    lines.push(line);
    let [open, most] = [0, 0];
    const far = await connectTo(line, interactingLattices().def, {});
    line.onSend = (message) => {
      if ((message as { call: string }).call === 'frame') most = Math.max(most, ++open);
    };
    line.onReceive = (message) => {
      if ((message as { value?: { columns?: unknown } }).value?.columns) open--;
    };
    const own = await simulate(interactingLattices());
    const run = far.run(Number.POSITIVE_INFINITY);
    await far.limitSpeed(500);
    const frames: { readonly step: number; readonly v: readonly number[] }[] = [];
    const { done, stop } = far.watch([{ view: WHOLE, quantity: 'v' }], ({ step, time, columns }) => {
      expect(time).toBe(step);
      frames.push({ step, v: [...columns[0]] });
      if (frames.length === 6) stop();
    });
    await done;
    expect(most).toBe(1);
    expect(new Set(frames.map(({ step }) => step)).size).toBeGreaterThan(3);
    for (const { step, v } of frames) {
      await own.run(step - own.step);
      expect(v).toEqual([...own.read(WHOLE, 'v')]);
    }
    far.dispose();
    await expect(run).rejects.toThrow();
  });

  it('says what can not be read', async () => {
    const far = await remote(interactingLattices());
    const { done } = far.watch([{ view: WHOLE, quantity: 'volt' }], () => {});
    await expect(done).rejects.toMatchObject({ code: 'unknown-name' });
    const failing = far.watch([{ view: WHOLE, quantity: 'v' }], () => {
      throw new Error('no canvas');
    });
    await expect(failing.done).rejects.toThrow('no canvas');
  });
});

import { describe, expect, it } from 'vitest';
import { ProgramBuilder } from '../../test/conformance/programBuilder.ts';
import { printProgram } from './print.ts';

describe('printProgram', () => {
  it('prints columns, kernels of each domain, and schedules', () => {
    const b = new ProgramBuilder();
    const v = b.column('exc.v', 'f32', [0, 1, 2]);
    const tau = b.column('exc.tau', 'f64', [10]);
    const sum = b.column('exc.sum', 'f64', 1);
    const list = b.column('exc.spikes', 'u32', 3);
    const count = b.column('exc.spikes.count', 'u32', 1);
    const rows = b.column('rows', 'u32', [0, 0, 0, 1]);
    const sources = b.column('sources', 'u32', [1]);
    const w = b.column('w', 'f32', [1]);
    const buffer = b.column('buffer', 'f32', 6);
    const pairs = b.column('pairs', 'u32', 6);
    const cursor = b.column('cursor', 'u32', 1);
    const init = b.kernel('init', 'f64', { kind: 'once' }, (k) => {
      k.body.push({ kind: 'store', column: tau, value: k.math('max', k.load(tau, 'once'), k.constant(-0)) });
    });
    const update = b.kernel('exc.update', 'f32', { kind: 'neurons', count: 3 }, (k) => {
      const next = k.math('add', k.load(v, 'self'), k.math('div', k.constant(0.5), k.load(tau, 'once')));
      const noise = k.math('toFloat', k.math('shrU32', k.random(7, 1), k.math('andU32', k.index('self'), k.u32(3))));
      const above = k.math('not', k.math('le', next, k.constant(1)));
      k.body.push({ kind: 'store', column: v, value: k.math('select', above, noise, next) });
      k.body.push({ kind: 'emit', list, count, when: above }, { kind: 'reduce', column: sum, value: next }, { kind: 'check', value: next });
      k.math('mul', next, next);
    });
    const reset = b.kernel('exc.reset', 'f32', { kind: 'spikes', list, count }, (k) => {
      k.body.push({ kind: 'store', column: v, value: k.gather(w, k.u32(0), 'float') });
    });
    const list3 = b.kernel('gap', 'f32', { kind: 'synapses', sources: 3, targets: 3, layout: { kind: 'list', rows, sources } }, (k) => {
      const value = k.math('mul', k.load(w, 'edge'), k.math('sub', k.load(v, 'pre'), k.load(tau, 'once')));
      k.body.push({ kind: 'accumulate', column: v, value });
    });
    const dense = b.kernel('all', 'f32', { kind: 'synapses', sources: 3, targets: 3, layout: { kind: 'dense' } }, (k) => {
      k.body.push({ kind: 'accumulate', column: v, value: k.load(v, 'post') });
    });
    b.kernel(
      'pulse',
      'f32',
      { kind: 'events', side: 'post', spikes: { list, count }, fanIn: { slices: 1, rows, synapses: sources, sources: null } },
      (k) => {
        k.body.push({ kind: 'accumulate', column: v, value: k.load(w, 'edge') });
      },
    );
    const program = b.finish({
      init: [init],
      derive: [],
      step: [
        { kind: 'clear', column: v },
        list3,
        dense,
        update,
        reset,
        { kind: 'sample', sampler: { column: v, cells: null, cellCount: 3, every: 2, buffer, cursor, capacity: 2 } },
        { kind: 'sample', sampler: { column: v, cells: sources, cellCount: 1, every: 1, buffer, cursor, capacity: 2 } },
        { kind: 'sampleSpikes', sampler: { list, count, buffer: pairs, cursor, capacity: 3 } },
        { kind: 'advance' },
      ],
    });
    expect(printProgram(program)).toMatchInlineSnapshot(`
      "program: f32, dt 0.1, seed 305419896 2596069104, 832 bytes
      columns:
        step: u32[1] at 0
        t: f64[1] at 64
        exc.v: f32[3] at 128, with data
        exc.tau: f64[1] at 192, with data
        exc.sum: f64[1] at 256
        exc.spikes: u32[3] at 320
        exc.spikes.count: u32[1] at 384
        rows: u32[4] at 448, with data
        sources: u32[1] at 512, with data
        w: f32[1] at 576, with data
        buffer: f32[6] at 640
        pairs: u32[6] at 704
        cursor: u32[1] at 768
      kernel init: f64, once
        exc.tau = max(exc.tau[once], -0)
      kernel exc.update: f32, neurons 3
        %4 = exc.v[self] + (0.5 / exc.tau[once])
        %13 = not(%4 <= 1)
        %15 = %4 * %4
        exc.v = select(%13, toFloat(shrU32(random(7, 1), andU32(index(self), 3u))), %4)
        emit exc.spikes, exc.spikes.count when %13
        exc.sum = sum %4
        check %4
      kernel exc.reset: f32, spikes of exc.spikes, count exc.spikes.count
        exc.v = w[0u]
      kernel gap: f32, synapses 3 to 3, rows rows, sources sources
        exc.v += w[edge] * (exc.v[pre] - exc.tau[once])
      kernel all: f32, synapses 3 to 3, dense
        exc.v += exc.v[post]
      kernel pulse: f32, events before exc.spikes, rows rows, synapses sources
        exc.v += w[edge]
      init:
        init
      derive:
      step:
        clear exc.v
        gap
        all
        exc.update
        exc.reset
        sample exc.v, 3 cells, every 2, into buffer at cursor, 2 fit
        sample exc.v, cells sources, every 1, into buffer at cursor, 2 fit
        sample spikes exc.spikes, count exc.spikes.count, into pairs at cursor, 3 fit
        advance"
    `);
  });

  it('prints draws', () => {
    const p = new ProgramBuilder();
    const [a, b, c, w, x, y, z] = [...'abcwxyz'].map((name) => p.column(name, 'u32', 4));
    const [stream, count] = [p.column('stream', 'u32', 1), p.column('count', 'u32', 1)];
    const text = printProgram(p.finish({ init: [{ kind: 'draw', counter: [a, b, c], stream, block: 2, words: [w, x, y, z], count }] }));
    expect(text).toContain('init:\n  draw w, x, y, z of (a, b, stream, c | 2), count of them\n');
  });
});

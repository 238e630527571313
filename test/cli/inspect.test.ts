import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import wabt from 'wabt';
import { PAIR } from './networks.ts';
import { Workplace } from './support.ts';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  place.file('pair.ts', PAIR);
});
afterEach(() => place.remove());

async function output(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await place.run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('spikeloom check', () => {
  it('tells what there is', async () => {
    expect((await output('check', 'pair.ts', '--record', 'driver.w:mean@5')).replace(/[\d.]+ MB/, '# MB')).toMatchInlineSnapshot(`
      "pair.ts: no mistakes found
      8 cells, 12 synapses, # MB of memory in f32; dt 0.1 ms, duration 50 ms, seed 3

        population   cells   model
        driver           2   izhikevich
        follower     2 x 3   izhikevich

        projection         from     to         synapse      synapses
        driver->follower   driver   follower   electrical         12

        recorded
        driver:spikes
        driver.v@10
        follower.v:mean@10
        driver.w:mean@5
      "
    `);
    expect(place.list()).toEqual(['pair.ts']);
  });

  it('plans memory before anything is built', async () => {
    expect(await output('check', 'pair.ts', '--plan', '--record', 'driver.w:mean@5')).toMatchInlineSnapshot(`
      "pair.ts: 8 cells, 12 synapses, ~0.232 MB of memory in f32 on 1 thread

        population   cells   bytes each      MB
        driver           2        576.0   0.001
        follower         6        202.7   0.001

        projection         synapses   bytes each      MB   values   tables   spikes
        driver->follower         12         16.0   0.000    0.000    0.000    0.000

        recorders: 0.230 MB
      "
    `);
    expect(await output('run', 'pair.ts', '--plan')).toContain('12 synapses');
    const [line] = (await output('run', 'pair.ts', '--plan', '--json', '--threads', '2')).split('\n');
    expect(JSON.parse(line)).toMatchObject({
      event: 'plan',
      precision: 'f32',
      threads: 2,
      projections: [{ name: 'driver->follower', synapses: 12 }],
    });
    expect(place.list()).toEqual(['pair.ts']);
  });

  it('refuses what is larger than it may be, and plans of runs with results', async () => {
    place.file(
      'large.ts',
      `import { fixedTotal, Network } from 'spikeloom';
import { izhikevich, staticSynapse } from 'spikeloom/models';
const network = new Network({ dt: 0.1 });
const cells = network.population('cells', izhikevich(), 1000);
network.connect(cells, cells, staticSynapse({ target: 'v' }), fixedTotal(4_000_000_000, { multapses: true }));
export default network;`,
    );
    for (const args of [
      ['check', 'large.ts', '--plan'],
      ['run', 'large.ts', '--seed', '4', '--threads', '1'],
    ]) {
      const { code, stdout, stderr } = await place.run(args);
      expect({ code, table: stdout.split('\n')[0] }).toEqual({
        code: 1,
        table: args.includes('--plan') ? 'large.ts: 1000 cells, 4000000000 synapses, ~8.00 GB of memory in f32 on 1 thread' : '',
      });
      expect(stderr).toContain("the network needs about 8.00 GB of memory; the backend 'wasm' has at most 4.29 GB");
    }
    const { code, stderr } = await place.run(['run', 'pair.ts', '--plan', '--out', 'results']);
    expect({ code, stderr }).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "SpikeloomError [usage]: --plan with --out: nothing is run
        Leave one of them away.
      ",
      }
    `);
    for (const [flag, value] of [
      ['--save-state', 'a.state'],
      ['--from-state', 'a.state'],
      ['--format', 'csv'],
      ['--max-wall', '1s'],
      ['--max-rate', '100'],
      ['--timings'],
    ]) {
      const refused = await place.run(['run', 'pair.ts', '--plan', flag, ...(value ? [value] : [])]);
      expect(refused.stderr).toContain(`--plan with ${flag}: nothing is run`);
    }
  });

  it('prints every mistake', async () => {
    place.file(
      'bad.ts',
      `import { defineNeuron, quantity } from 'spikeloom';
defineNeuron({ name: 'bad', quantities: { v: quantity(0, 'mV', 'potential') }, equations: 'dv/dt = -v / tau + 1[pA]', spike: 'v > vth' });`,
    );
    const { code, stdout, stderr } = await place.run(['check', 'bad.ts']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatchInlineSnapshot(`
      "SpikeloomError [unknown-name]: 'tau' is not defined
        in model 'bad' > dv/dt
          dv/dt = -v / tau + 1[pA]
                       ^^^
        Known here: v, i_channels, i_receptors, t, dt, spiked, since_spike.

      [unknown-name]: 'vth' is not defined
        in model 'bad' > spike
          v > vth
              ^^^
        Known here: v, i_channels, i_receptors, t, dt, spiked, since_spike.
      "
    `);
  });

  it('tells warnings, and finds none in them to fail for', async () => {
    place.file('quiet.ts', PAIR.replaceAll('electrical', 'chemical'));
    expect((await output('check', 'quiet.ts')).split('\n').filter((line) => /warning/.test(line)).length).toBeGreaterThan(1);
  });
});

describe('spikeloom emit', () => {
  it('prints the program, and the module of it', async () => {
    expect((await output('emit', 'pair.ts', '--stage', 'ir')).split('\n').slice(0, 2)).toEqual([
      expect.stringMatching(/^program: f32, dt 0.1, seed 3 0, \d+ bytes$/),
      'columns:',
    ]);
    expect(await output('emit', 'pair.ts', '--stage', 'ir', '--precision', 'f64', '--dt', '0.2')).toMatch(/^program: f64, dt 0.2/);
    expect(await output('emit', 'pair.ts', '--stage', 'wat', '--out', 'deep/pair.wat')).toBe('');
    const { parseWat } = await wabt();
    expect(
      WebAssembly.validate(Uint8Array.from(parseWat('pair.wat', place.read('deep/pair.wat'), { simd: true, threads: true }).toBinary({}).buffer)),
    ).toBe(true);
  });
});

describe('spikeloom models', () => {
  it('lists the library', async () => {
    const lines = (await output('models')).split('\n');
    expect(lines.slice(0, 3)).toEqual(['Neurons', expect.stringContaining('adaptiveExponential'), expect.stringContaining('adaptiveLeaky')]);
    for (const kind of ['Spike trains', 'Channels', 'Transmitters', 'Receptors', 'Synapses']) expect(lines).toContain(kind);
    expect(lines.filter((line) => line.startsWith('  ')).length).toBeGreaterThan(20);
  });

  it('shows what a synapse does for spikes, and how it is told what it adds to', async () => {
    const lines = (await output('models', 'staticSynapse')).split('\n');
    expect(lines.slice(lines.indexOf('For each spike that arrives')).slice(0, 2)).toEqual(['For each spike that arrives', '  post.<target> += w']);
    expect(lines).toContain("  network.connect(source, target, staticSynapse({ target: 'i_syn_ex', w: 1 }), probability(0.1));");
  });

  it('shows what a receptor does to others, and what the synapses of a projection share', async () => {
    const [d1, rewarded] = await Promise.all(['dopamineD1', 'rewardStdp'].map((name) => output('models', name)));
    expect(d1).toContain('\nMultiplies\n  nmda.current *= where(nmda.r > 0, nmda.r^(exponent - 1), 0)\n');
    expect(rewarded).toContain('\nStays within\n  w_min <= w <= w_max\n');
    expect(rewarded).toMatch(/\n {2}d +0 +dopamine, shared by a projection\n/);
  });

  it('shows a published type under its name', async () => {
    expect(await output('models')).toContain(
      '\nPublished types: izhikevich.regularSpiking, izhikevich.intrinsicallyBursting, izhikevich.chattering,',
    );
    const lines = (await output('models', 'izhikevich.chattering')).split('\n');
    expect(lines[0]).toBe("izhikevich.chattering, a neuron ('izhikevich' in results)");
    expect(lines).toContain('  c          -50     mV     reset of the membrane potential');
    expect(lines).toContain("  import { izhikevich, izhikevichTypes } from 'spikeloom/models';");
    expect(lines).toContain("  network.population('cells', izhikevich({ ...izhikevichTypes.chattering }), 100);");
    const { stderr } = await place.run(['models', 'izhikevich.chatering']);
    expect(stderr).toContain("Did you mean 'izhikevich.chattering'?");
  });

  it('shows one of them in full', async () => {
    expect(await output('models', 'izhikevich')).toMatchInlineSnapshot(`
      "izhikevich, a neuron
        Quadratic neuron with recovery variable that reproduces the firing patterns of cortical cells.

      Equations
        dv/dt = (0.04[1/mV] * v^2 + 5 * v + 140[mV] - w + i_in + i_gap - i_channels - i_receptors) / c_m
        dw/dt = a * (b * v - w) / tau_m

      Spikes when
        v >= v_th

      At a spike
        v = c; w += d

      Integrated by
        euler

        quantity   value   unit   meaning
        v          -65     mV     membrane potential
        w          b * v   mV     recovery variable
        a          0.02           rate of recovery
        b          0.2            sensitivity of recovery to the membrane potential
        c          -65     mV     reset of the membrane potential
        d          8       mV     increment of recovery at a spike
        v_th       30      mV     peak at which a spike is cut off
        v_init     -65     mV     lower end of random initial potentials
        c_m        1       ms     time scale of the membrane potential
        tau_m      1       ms     time scale of recovery
        g_gap      1              gap-junction conductance
        i_in       0       mV     injected current

        port    pools by   unit   meaning
        i_gap   sum        mV     current through gap junctions and pulses

      From
        Izhikevich E M (2003) Simple model of spiking neurons. IEEE Transactions on Neural Networks 14(6):1569-1572. doi:10.1109/TNN.2003.820440

      In TypeScript
        import { izhikevich } from 'spikeloom/models';
        network.population('cells', izhikevich({ a: 0.02 }), 100);

      v (mV) over 220 ms, i_in = 5 mV from 20 ms on
         30 ⠀⠀⠀⠀⠀⠀⠀⠀⠀⡄⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢸⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡆⠀⠀⠀
            ⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢸⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀
            ⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢸⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀
            ⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣾⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀
            ⠀⠀⠀⠀⠀⠀⠀⠀⢰⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⣿⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢀⡇⠀⠀⠀
            ⠀⠀⠀⠀⠀⠀⠀⢀⡞⡇⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢀⣀⣀⡴⢻⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢀⣀⣠⠼⡇⠀⠀⠀
        -76 ⠳⠤⠤⠤⠤⠤⠴⠋⠀⠳⣄⣠⠤⠤⠤⠤⠤⠤⠤⠖⠒⠒⠒⠒⠒⠒⠒⠋⠉⠉⠉⠉⠉⠉⠀⠀⠀⠸⣄⣀⣀⣀⣠⠤⠤⠤⠤⠤⠤⠴⠒⠒⠒⠒⠒⠒⠒⠒⠋⠉⠉⠉⠉⠉⠉⠀⠀⠀⢳⣀⣀⣀
      "
    `);
    expect(await output('models', 'NMDA')).toMatchInlineSnapshot(`
      "nmda, a receptor ('NMDA' in results)
        Slow excitatory receptor for glutamate with magnesium block.

      Equations
        block = 1 / (1 + exp(-0.062[1/mV] * v) * mg / mg_half)
        current = g * frozen(block) * r * (v - e)

        quantity   value   unit          meaning
        g          0.6     conductance   maximal conductance
        e          0       mV            reversal potential
        mg         1       mM            magnesium outside the cell
        mg_half    3.57    mM            magnesium that halves the current at 0 mV

      With the kinetics 'destexhe receptor'
        dr/dt = alpha * conc * (1 - r) - beta * r

        quantity   value    unit        meaning
        r          0                    fraction of open receptors
        alpha      0.072    1/(mM*ms)   rate of binding
        beta       0.0066   1/ms        rate of unbinding

      From
        Jahr C E, Stevens C F (1990) Voltage dependence of NMDA-activated macroscopic conductances predicted by single-channel kinetics. J Neurosci 10(9):3178-3182. doi:10.1523/JNEUROSCI.10-09-03178.1990; kinetics of Destexhe, Mainen, Sejnowski 1998

      In TypeScript
        import { izhikevich, nmda } from 'spikeloom/models';
        network.population('cells', izhikevich({ receptors: { own: nmda({ g: 0.6 }) } }), 100);
      "
    `);
  });

  it('draws how a neuron answers a current', async () => {
    expect(await output('models', 'morrisLecar', '--picture', 'answer.svg')).toBe('Written: answer.svg\n');
    expect(place.read('answer.svg')).toMatch(/^<svg/);
    const { code, stderr } = await place.run(['models', 'ampa', '--picture', 'answer.svg']);
    expect(`exit code ${code}\n${stderr}`).toMatchInlineSnapshot(`
      "exit code 1
      SpikeloomError [unsupported]: --picture shows how a neuron answers a current, and 'ampa' is a receptor
        Choose a neuron: spikeloom models
      "
    `);
  });
});

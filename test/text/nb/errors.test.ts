import { describe, expect, it } from 'vitest';
import { SpikeloomError } from '../../../src/index.ts';
import { importNb } from '../../../src/text/index.ts';

/** All that a text is told. */
function errorsOf(text: string): string {
  try {
    importNb(text, { file: 'model.nb' });
  } catch (error) {
    if (error instanceof SpikeloomError) return String(error);
    throw error;
  }
  return 'no error';
}

const indented = (statements: string) => `        ${statements.replaceAll('\n', '\n        ')}`;

const neuron = (statements: string, more = '', vars = 'a = 1, f = true') => `[neuron]
    type: Cell
    vars: ${vars}
    spike_detection: v > 1
    on_iteration:
${indented(statements)}
${more}[end]
`;

const part = (kind: string, statements: string, vars = 'a = 1') => `[${kind}]
    type: Part
    vars: ${vars}
    on_iteration:
${indented(statements)}
[end]
`;

const group = (statements: string, vars = 'current = 0', more = '') => `[receptors]
    type: Set
    vars: gain = 1
    neurotransmitter: Glu
${more}    vars: ${vars}
    on_iteration:
${indented(statements)}
[end]
`;

const channel = part('ion_channel', 'current = v');
const withChannel = (statements: string, pairs = 'c = Part') => channel + neuron(statements, `    ion_channels: ${pairs}\n`);
const electrochemical = (statements: string) => neuron('dv/dt = i', `    on_electrochemical_iteration:\n${indented(statements)}\n`);
const pulse = (effect: string, vars = 'decay = 1') => `[neural_refractoriness]\n    type: Pulse\n    vars: ${vars}\n    effect: ${effect}\n[end]\n`;

/** Reads right, so that what is told is what each case has wrong. */
it('the texts of the cases are right where nothing is wrong with them', () => {
  const statements = 'dv/dt = a\nf = !f';
  for (const text of [
    neuron(statements),
    part('ion_channel', 'current = a * v'),
    part('neurotransmitter_kinetics', 't = a'),
    part('receptor_kinetics', 'r = a * t'),
    group('current = gain * r * v'),
    withChannel('c.update_current(v, dt)\ndv/dt = c.current'),
    electrochemical(
      'receptors.update_receptor_kinetics(t, dt)\nreceptors.set_receptor_currents(v, dt)\nv -= receptors.get_receptor_currents(dt, c_m)',
    ),
    part('spike_train', 'is_spiking = a > 2'),
    pulse('v_resting + decay'),
  ]) {
    expect(errorsOf(text)).toBe('no error');
  }
});

describe('what is read', () => {
  it.each([
    ['nothing', '// nothing'],
    ['no block', 'type: Cell\n[neuron]\n[end]'],
    ['a block that is not there', '[neurom]\n    type: A\n[end]'],
    ['a block within a block', `[neuron]\n    type: A\n${channel}`],
    ['a block that is never closed', '[ion_channel]\n    type: A\n    on_iteration:\n        current = v'],
    ['a block that is closed twice', `${channel}[end]`],
    ['no key', '[ion_channel]\n    type: A\n    current = v\n[end]'],
    ['a key that the block has not', '[ion_channel]\n    typ: A\n[end]'],
    ['a key that the group has not', group('current = r').replace('    vars: current', '    recptors: a\n    vars: current')],
    ['a key twice', '[ion_channel]\n    type: A\n    type: B\n    on_iteration:\n        current = v\n[end]'],
    ['a key twice in a group', group('current = r', 'current = 0', '    vars: x = 1\n')],
    ['keys that are missing', '[neuron]\n[end]\n[neural_refractoriness]\n[end]'],
    ['no name', '[ion_channel]\n    type: 5\n[end]'],
    ['no name of a transmitter', '[receptors]\n    type: A\n    neurotransmitter:\n[end]'],
    ['a name with a dot', '[ion_channel]\n    type: a.b\n    on_iteration:\n        current = v\n[end]'],
    ['a variable with a dot', neuron('v = a', '', 'a.b = 1')],
    ['no variable', neuron('v = a', '', '5 = a')],
    ['a variable without a value', neuron('v = a', '', 'a, b = 1')],
    ['a variable whose value is a name', neuron('v = a', '', 'a = b')],
    ['a variable that is minus true', neuron('v = a', '', 'a = -true')],
    ['a number outside the range', neuron('v = a', '', 'a = 1e999')],
    ['variables without a comma', neuron('v = a', '', 'a = 1 b = 2')],
    ['no name of a channel', withChannel('v = a', '3 = Part')],
    ['a channel without its type', withChannel('v = a', 'c')],
    ['a channel whose type is a number', withChannel('v = a', 'c = 3')],
    ['no statement', neuron('5 = a')],
    ['no assignment', neuron('a < 5')],
    ['a rate that is nothing', neuron('dv/dt + 1')],
    ['two statements in a line', neuron('v = a a = v')],
    ['an assignment in an expression', neuron('[if] a = 1 [then]\n    v = 1\n[end]')],
    ['half an expression', neuron('v = a *')],
    ['parentheses that are not closed', neuron('v = (a + 1')],
    ['a product without a sign', neuron('v = 2 (a)')],
    ['arguments without a comma', neuron('v = max(a 1)')],
    ['a chain of comparisons', neuron('f = 0 < a < 1')],
    ['no [then]', neuron('[if] a > 1\n    v = 1\n[end]')],
    ['an [if] that is never closed', '[ion_channel]\n    type: A\n    on_iteration:\n        [if] v > 1 [then]\n            current = v\n[end]\n'],
    ['an [if] that is not closed before the next key', neuron('[if] f [then]\nv = 1', '    on_spike:\n        v = 2\n')],
    ['an [else] without [if]', neuron('[else]\nv = 1')],
    ['a parameter that is none', neuron('g(1) = 2\nv = a')],
    ['a parameter twice', neuron('g(x, x) = x\nv = a')],
    ['parentheses too deep', neuron(`v = ${'('.repeat(120)}a`)],
    ['an expression too deep', neuron(`v = a${' + a'.repeat(120)}`)],
    ['conditions too deep', neuron('[if] f [then]\n'.repeat(101))],
    ['a comment that is never closed', `${channel}/* for ever`],
    ['a character that means nothing', neuron('v = a $ 2')],
    ['a character that means nothing, between blocks', `é\n${channel}`],
    ['a character that means nothing, for a key', '[ion_channel]\n    ;type: A\n[end]'],
    ['a bracket that means nothing', neuron('v = a [ 2')],
    ['an end that closes nothing', `${neuron('v = a')}[end]`],
    ['a condition that is half', neuron('[if] a > [then]\n    v = *\n[end]\nv = b')],
    [
      'a transmitter with something behind it',
      '[receptors]\n    type: A\n    neurotransmitter: Glu, Mod\n    vars: current = 0\n    on_iteration:\n        current = r\n[end]',
    ],
    ['an effect with something behind it', pulse('v_th 2')],
    ['a name that is too long', neuron(`v = ${'a'.repeat(101)}`)],
    ['one mistake in each of many lines', neuron('v = *\n'.repeat(30))],
  ])('%s', (_, text) => expect(errorsOf(text)).toMatchSnapshot());
});

describe('what is meant', () => {
  it.each([
    ['two blocks of a name', channel + channel],
    [
      'two groups of a name',
      group('current = r').replace('[end]', '    neurotransmitter: Glu\n    vars: current = 0\n    on_iteration:\n        current = r\n[end]'),
    ],
    [
      'blocks without what they need',
      '[neuron]\n    type: A\n[end]\n[ion_channel]\n    type: B\n[end]\n[neural_refractoriness]\n    type: C\n[end]\n',
    ],
    ['a variable twice', neuron('v = a', '', 'a = 1, a = 2')],
    ['variables that mean something else', neuron('v = 1', '', 'v = 1, i = 2, input_current = 3')],
    ['a field that is a number', neuron('v = 1', '', 'c_m = true')],
    ['a field that is no variable', neuron('v = 1', '', 'is_spiking = true')],
    ['a gating value as a variable', group('current = r', 'current = 0, r = 1')],
    ['a name that is not there', neuron('v = b')],
    ['assignments to what is given', neuron('dt = 1\ni = 2\nis_spiking = true')],
    ['rates of what is given', neuron('di/dt = 1\ndf/dt = 2')],
    ['a flag that is added to', neuron('f += 1')],
    ['a condition for a number', neuron('v = a > 1')],
    ['a number for a condition', neuron('[if] a [then]\n    v = 1\n[end]')],
    ['a number for a flag', neuron('f = a')],
    ['a function that is not there', neuron('v = expp(a)')],
    ['too many arguments', neuron('v = exp(a, 1)')],
    ['too few arguments', neuron('g(x, y) = x + y\nv = g(a)')],
    ['a function that calls itself', neuron('g(x) = h(x)\nh(x) = g(x)\nv = g(a)')],
    ['a function that the language has', neuron('exp(x) = x\nv = a')],
    ['a function twice', neuron('g(x) = x\ng(x) = 2\nv = a')],
    ['functions that grow', neuron('g(x) = x + x + x + x\nb(x) = g(g(x))\nc(x) = b(b(x))\nd(x) = c(c(x))\nv = d(a)')],
    ['a call that does nothing', neuron('z.update(dt)')],
    ['a gate that is updated otherwise', part('ion_channel', 'z.update(2 * dt)\ncurrent = v').replace('vars', 'gating_vars: z\n    vars')],
    ['a channel without current', part('ion_channel', 'a = v')],
    ['a channel that is not there', neuron('v = a', '    ion_channels: c = Prt\n')],
    ['a channel twice', withChannel('c.update_current(v)\ndv/dt = c.current', 'c = Part, c = Part')],
    ['a channel whose name is taken', withChannel('v.update_current(v)', 'v = Part')],
    ['a channel that is never updated', withChannel('v = a')],
    ['a channel that is updated twice', withChannel('c.update_current(v)\nc.update_current(v)')],
    ['a channel that is updated at another voltage', withChannel('c.update_current(a)')],
    ['a channel that is updated in a condition', withChannel('[if] a > 1 [then]\n    c.update_current(v)\n[end]')],
    ['a channel that is updated behind the voltage', withChannel('v = a\nc.update_current(v)')],
    ['a current before its update', withChannel('a = c.current\nc.update_current(v)')],
    ['currents of receptors before they are set', electrochemical('v -= receptors.get_receptor_currents(dt, c_m)')],
    ['receptors that are never updated', electrochemical('receptors.set_receptor_currents(v, dt)\nv -= receptors.get_receptor_currents(dt, c_m)')],
    ['receptors that are not there', neuron('v = a', '    receptors: Sets\n')],
    ['kinetics that are not there', neuron('v = a', '    kinetics: ApproximateNeurotransmiter, ApproximateReceptr\n')],
    ['one kinetics', neuron('v = a', '    kinetics: ApproximateReceptor\n')],
    ['a rate in on_spike', neuron('v = a', '    on_spike:\n        dv/dt = 1\n')],
    ['peaks without a threshold', neuron('v = a').replace('v > 1', 'continuous()')],
    ['peaks with an argument', neuron('v = a', '', 'v_th = 1, a = 2').replace('v > 1', 'continuous(a)')],
    ['continuous elsewhere', neuron('[if] continuous() [then]\n    v = a\n[end]')],
    ['receptors without groups', '[receptors]\n    type: Set\n[end]'],
    ['a group without statements', '[receptors]\n    type: Set\n    neurotransmitter: Glu\n    vars: current = 0\n[end]'],
    ['a group without an effect', group('x = r', 'x = 0')],
    ['a gating value that is assigned', group('r = 1\ncurrent = r')],
    ['a train that never spikes', part('spike_train', 'a = 2')],
    ['a train that thinks for too long', part('spike_train', `${'a = exp(a)\n'.repeat(100)}is_spiking = a > 1`)],
    [
      'a train with parts that are not there',
      part('spike_train', 'is_spiking = a > 1').replace('vars', 'neurotransmitter: N\n    kinetics: K\n    neural_refractoriness: R\n    vars'),
    ],
    ['an effect that is a condition', pulse('v_th > 1')],
    ['an effect that reads what there is not', pulse('v')],
  ])('%s', (_, text) => expect(errorsOf(text)).toMatchSnapshot());
});

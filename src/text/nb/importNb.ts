import { InternalError, type Problem, ProblemList, type Span, SpikeloomError, suggest } from '../../core/error.ts';
import type { Equation, Expression, Statement } from '../../language/ast.ts';
import { printBlock, printEquations, printExpression } from '../../language/print.ts';
import { namesIn } from '../../language/transform.ts';
import {
  type AnyModel,
  defineChannel,
  defineNeuron,
  defineReceptor,
  defineSpikeTrain,
  defineSynapse,
  defineTransmitter,
} from '../../model/define.ts';
import type { ModelDef, SpikeCondition } from '../../model/definition.ts';
import { SourceText } from '../sourceText.ts';
import { accessOf, allLines, asEquations, asStep, gateRates, type StepBlock } from './arrange.ts';
import { BUILTINS } from './builtins.ts';
import { Fields } from './fields.ts';
import { arrangeIteration, RECEPTOR_CURRENT } from './neuron.ts';
import { parseBlocks } from './parser.ts';
import { spikeTest } from './spikeTest.ts';
import type { Block, BlockKind, BlockNamed, Group, Named, NbStatement } from './syntax.ts';
import { binary, call, type Line, named, type Translation, Translator } from './translate.ts';

/** What may be said about a .nb text. */
export interface ImportOptions {
  /** The name of the file that the text came from, shown in errors. */
  readonly file?: string;
}

/**
 * Models of a text in the `.nb` language, in its order: neurons, channels, transmitters and kinetics under the names of
 * their blocks; a receptor for each group of a [receptors] block, `Set_Transmitter`; a [neural_refractoriness] as a synapse
 * that injects its waveform. None declares units.
 *
 * @throws SpikeloomError with every mistake, each with its line and column
 */
export function importNb(text: string, options: ImportOptions = {}): ModelDef[] {
  const source = new SourceText(text, options.file);
  return new Importer(source, parseBlocks(source)).models();
}

/** Built-in blocks, and where they are written. */
function builtins(): { readonly source: SourceText; readonly blocks: readonly Block[] } {
  const source = new SourceText(BUILTINS, 'built in');
  return { source, blocks: parseBlocks(source) };
}

const STEP = 'It is the step of the network.';
const CELL = 'It belongs to the cell.';
const OUTSIDE = 'It comes from outside the cell.';

/** A block with the text that it stands in. */
interface Source<K extends BlockKind> {
  readonly block: BlockNamed<K>;
  readonly source: SourceText;
}

interface Kinetics {
  readonly model: AnyModel<'receptor'>;
}

class Importer {
  readonly #source: SourceText;
  readonly #blocks: readonly Block[];
  readonly #problems = new ProblemList();
  readonly #builtins = builtins();
  readonly #channels = new Map<string, { readonly model: AnyModel<'channel'> | undefined; readonly variables: readonly string[] }>();

  constructor(source: SourceText, blocks: readonly Block[]) {
    this.#source = source;
    this.#blocks = blocks;
  }

  models(): ModelDef[] {
    if (this.#blocks.length === 0) {
      const hint = 'Write blocks such as [neuron] ... [end].';
      this.#report({ code: 'invalid-model', message: 'there is no block in this text', hint }, { start: 0, end: 0 });
    }
    this.#requireDistinctNames();
    const models = this.#blocks.flatMap((block) => this.#problems.collect(() => this.#models(block)) ?? []);
    this.#problems.throwIfAny();
    return models;
  }

  #models(block: Block): ModelDef[] {
    const { source } = this.#found(block);
    switch (block.kind) {
      case 'neuron':
        return defined(this.#neuron(block));
      case 'ion_channel':
        return defined(this.#channel(block)?.def);
      case 'neurotransmitter_kinetics':
        return defined(this.#transmitter(block));
      case 'receptor_kinetics':
        return defined(this.#kinetics({ block, source }, ['r'])?.model.def);
      case 'receptors':
        return this.#receptors(block);
      case 'spike_train':
        return defined(this.#train(block));
      case 'neural_refractoriness':
        return defined(this.#pulse(block));
    }
  }

  #requireDistinctNames(): void {
    const seen = new Map<string, Named>();
    const named = this.#blocks.flatMap((b): Named[] =>
      b.kind === 'receptors' ? [b, ...b.groups.map(({ name, span }) => ({ name: groupName(b.name, name), span }))] : [b],
    );
    for (const block of named) {
      if (seen.has(block.name) && block.name !== '') {
        const message = `'${block.name}' is defined twice`;
        this.#report({ code: 'duplicate-name', message, hint: 'Give one of the two blocks another name.' }, block.span);
      }
      seen.set(block.name, block);
    }
  }

  // ---- parts

  #channel(block: BlockNamed<'ion_channel'>): AnyModel<'channel'> | undefined {
    const known = this.#channels.get(block.name);
    if (known) return known.model;
    const model = this.#makeChannel(block);
    this.#channels.set(block.name, { model, variables: (block.keys.vars ?? []).map((v) => v.name) });
    return model;
  }

  #makeChannel(block: BlockNamed<'ion_channel'>): AnyModel<'channel'> | undefined {
    const lines = this.#required(block, 'on_iteration');
    const gates = (block.keys.gating_vars ?? []).map((g) => g.name);
    const fields = new Fields(['v']).value('v', 'v', CELL).alias('current_voltage', 'v').value('dt', 'dt', STEP).automatic('current', 'current', 0);
    for (const gate of gates) {
      const { alpha, beta } = gateRates(gate);
      fields.automatic(`${gate}.state`, gate, 0).automatic(`${gate}.alpha`, alpha, 0).automatic(`${gate}.beta`, beta, 0);
    }
    fields.declare(block.keys.vars ?? [], (p, s) => this.#report(p, s));
    if (!lines) return undefined;
    const member: Translation['member'] = ({ callee, args }) => {
      const gate = gates.find((name) => callee === `${name}.update`);
      return gate !== undefined && args.length === 1 && isName(args[0], 'dt') ? { action: 'gate', name: gate } : undefined;
    };
    const translated = this.#translator({ names: fields.names, member }).lines(lines);
    if (!allLines(translated).some((line) => accessOf(line).writes.has('current'))) {
      const message = `[ion_channel] '${block.name}' never sets its current`;
      this.#report({ code: 'invalid-model', message, hint: 'Write current = g * (v - e) at the end of on_iteration.' }, block.span);
      return undefined;
    }
    // A neuron may read all of them.
    const form = this.#partForm(translated, fields, ['current', ...(block.keys.vars ?? []).map((v) => v.name)]);
    return this.#make(block, () => ({ kind: 'channel', def: defineChannel({ ...this.#described(block, fields), ...form }).def }));
  }

  #transmitter(block: BlockNamed<'neurotransmitter_kinetics'>): ModelDef | undefined {
    const lines = this.#required(block, 'on_iteration');
    const fields = new Fields(['v'])
      .automatic('t', 'conc', 0)
      .value('v', 'v', CELL)
      .alias('current_voltage', 'v')
      .value('dt', 'dt', STEP)
      .value('is_spiking', 'spike', CELL, true)
      .declare(block.keys.vars ?? [], (p, s) => this.#report(p, s));
    if (!lines) return undefined;
    const form = this.#partForm(this.#translator({ names: fields.names }).lines(lines), fields, undefined);
    return this.#make(block, () => defineTransmitter({ ...this.#described(block, fields), ...form }).def);
  }

  /** Kinetics for gating values of these names; those of more than one have their variables each. */
  #kinetics({ block, source }: Source<'receptor_kinetics'>, gates: readonly string[]): Kinetics | undefined {
    const lines = this.#required(block, 'on_iteration');
    if (!lines) return undefined;
    const fields = new Fields(['v', 'conc', ...gates]);
    const plain = gates.length === 1 && gates[0] === 'r';
    const all = gates.flatMap((gate) => {
      const own = new Fields([]).automatic('r', gate, 0).value('t', 'conc', OUTSIDE).value('dt', 'dt', STEP);
      own.declare(block.keys.vars ?? [], (p, s) => this.#reportIn(source, p, s));
      // The names of one gate's variables among those of all.
      const names = new Map(
        [...own.names].map(([name, meaning]) => {
          if (meaning.kind === 'value' || meaning.name === gate) return [name, meaning] as const;
          return [name, { ...meaning, name: fields.fresh(plain ? meaning.name : `${gate}_${meaning.name}`) }] as const;
        }),
      );
      const values = own.quantities(new Set(), new Set());
      for (const [name, meaning] of own.names) {
        const to = names.get(name);
        if (meaning.kind === 'quantity' && to?.kind === 'quantity') fields.adopt(to.name, values[meaning.name].value);
      }
      return this.#translator({ names, source }).lines(lines);
    });
    const form = this.#partForm(all, fields, undefined);
    const described = this.#described(block, fields);
    const name = plain ? described.name : `${described.name} of ${gates.join(', ')}`;
    return this.#make(block, () => ({ model: { kind: 'receptor', def: defineReceptor({ ...described, ...form, name }).def } }));
  }

  /** Equations and step block of a part; `outputs` may be named expressions. */
  #partForm(lines: readonly Line[], fields: Fields, outputs: readonly string[] | undefined) {
    const form = asEquations(lines, { outputs: outputs ?? [], kept: outputs ? new Set() : new Set(lines.flatMap((l) => [...accessOf(l).writes])) });
    if (form) return this.#texts(form.equations, undefined, fields, form.defined);
    return this.#texts(
      [],
      asStep(lines, (name) => fields.fresh(name)),
      fields,
      new Set(),
    );
  }

  /** What a model is written in, and its quantities. */
  #texts(equations: readonly Equation[], step: StepBlock | undefined, fields: Fields, defined: ReadonlySet<string>, more: readonly string[] = []) {
    const read = new Set([...equations.flatMap(equationNames), ...statementNames(step?.statements ?? []), ...more]);
    const helpers = Object.fromEntries((step?.helpers ?? []).map((name) => [name, { value: 0, meaning: 'helper of the step block' }]));
    return {
      quantities: { ...fields.quantities(defined, read), ...helpers },
      ...(equations.length > 0 && { equations: printEquations(equations) }),
      ...(step && step.statements.length > 0 && { step: printBlock(step.statements) }),
    };
  }

  // ---- receptors

  #receptors(block: BlockNamed<'receptors'>): ModelDef[] {
    if (block.groups.length === 0) {
      const message = `[receptors] '${block.name}' has no group`;
      this.#report({ code: 'invalid-model', message, hint: 'Begin one with neurotransmitter: Name.' }, block.span);
      return [];
    }
    const shared = this.#shared(block, new Fields([]));
    const kinetics = this.#lookUp('receptor_kinetics', block.keys.kinetics) ?? this.#builtin('receptor_kinetics', 'ApproximateReceptor');
    return block.groups.flatMap((group) => defined(this.#receptor(this.#found(block), group, shared, kinetics)?.def));
  }

  /** The variables that all groups share, among those of a neuron. */
  #shared(block: BlockNamed<'receptors'>, fields: Fields): ReadonlyMap<string, { readonly name: string; readonly value: number }> {
    const { source } = this.#found(block);
    const own = new Fields([]).declare(block.keys.vars ?? [], (p, s) => this.#reportIn(source, p, s));
    const values = own.quantities(new Set(), new Set());
    return new Map(
      [...own.names].flatMap(([name, meaning]) =>
        meaning.kind === 'quantity' ? [[name, { name: fields.fresh(meaning.name), value: values[meaning.name].value }]] : [],
      ),
    );
  }

  #receptor(
    { block, source }: Source<'receptors'>,
    group: Group,
    shared: ReadonlyMap<string, { readonly name: string; readonly value: number }>,
    kinetics: Source<'receptor_kinetics'>,
  ): AnyModel<'receptor'> | undefined {
    const report = (p: Problem, s: Span): void => this.#reportIn(source, p, s);
    const lines = group.keys.on_iteration;
    if (!lines) {
      report(
        { code: 'invalid-model', message: `the group '${group.name}' has no 'on_iteration'`, hint: 'Write what it does in a step.' },
        group.span,
      );
      return undefined;
    }
    const gates = group.keys.receptors?.map((g) => g.name) ?? ['r'];
    const made = this.#kinetics(kinetics, gates);
    const fields = new Fields(['v', 'conc', ...gates, ...[...shared.values()].map((s) => s.name), ...Object.keys(made?.model.def.quantities ?? {})]);
    fields.value('v', 'v', CELL).alias('current_voltage', 'v').value('dt', 'dt', STEP);
    for (const gate of gates) fields.value(gate, gate, 'It is a gating value: its kinetics change it.');
    const ionotropic = givesCurrent(group);
    for (const [name, { name: ours }] of shared) {
      const late = this.#isWrittenLater(block, group, name);
      fields.names.set(name, { kind: 'quantity', name: ours, flag: false, ...(late && { value: call('previous', [named(ours)], group.span) }) });
    }
    fields.declare(group.keys.vars ?? [], report);
    const translated = this.#translator({ names: fields.names, source }).lines(lines);
    const written = new Set(translated.flatMap((line) => [...accessOf(line).writes]));
    const sharedNames = new Set([...shared.values()].map((s) => s.name));
    if (!ionotropic && ![...written].some((name) => sharedNames.has(name))) {
      const message = `the group '${group.name}' has no effect`;
      const hint = "Give it a variable 'current', or let it assign a variable that the whole block shares.";
      report({ code: 'invalid-model', message, hint }, group.span);
      return undefined;
    }
    const step = ionotropic && ![...written].some((name) => sharedNames.has(name)) ? undefined : asStep(translated, (name) => fields.fresh(name));
    const form = step ? this.#texts([], step, fields, new Set()) : this.#partForm(translated, fields, ['current']);
    const read = [...new Set(translated.flatMap((line) => [...accessOf(line).reads, ...accessOf(line).writes]))].filter((name) =>
      sharedNames.has(name),
    );
    const reads = Object.fromEntries(read.map((name) => [name, '1']));
    if (!made) return undefined;
    const spec = {
      name: groupName(block.name, group.name),
      ...(block.comment !== undefined && { description: block.comment }),
      transmitter: group.name,
      kinetics: made.model,
      ...(read.length > 0 && { reads }),
      ...form,
    };
    return this.#make(block, () => ({ kind: 'receptor', def: defineReceptor(spec as Parameters<typeof defineReceptor>[0]).def }));
  }

  /** Whether only groups behind this one, which are evaluated in the same stage, change a shared variable. */
  #isWrittenLater({ groups }: BlockNamed<'receptors'>, group: Group, name: string): boolean {
    const at = groups.indexOf(group);
    const writes = ({ keys }: Group): boolean => targets(keys.on_iteration ?? []).has(name);
    return !writes(group) && groups.some((other, i) => i > at && givesCurrent(other) === givesCurrent(group) && writes(other));
  }

  // ---- cells

  #neuron(block: BlockNamed<'neuron'>): ModelDef | undefined {
    const { keys } = block;
    const plain = this.#required(block, 'on_iteration');
    const detection = this.#required(block, 'spike_detection');
    const fields = new Fields(['v', 'i', 'i_in', 'i_gap'])
      .automatic('current_voltage', 'v', 0)
      .alias('v', 'current_voltage')
      .value('i', 'i', OUTSIDE)
      .alias('input_current', 'i')
      .value('dt', 'dt', STEP)
      .value('is_spiking', 'spiked', 'A spike is what spike_detection says.', true)
      .automatic('c_m', 'c_m', 1, true)
      .automatic('gap_conductance', 'g_gap', 10, true);
    const channels = this.#channelsOf(block, fields);
    fields.declare(keys.vars ?? [], (p, s) => this.#report(p, s));
    if (!plain || !detection) return undefined;
    const translator = this.#translator({ names: fields.names, member: cellMember([...channels.keys()]), memberValue: receptorCurrent });
    const reset = this.#reset(block, fields);
    const spike = this.#spikeCondition(block, detection, translator);
    const own = keys.on_electrochemical_iteration;
    const ordinary = translator.lines(plain);
    const lines = own ? translator.lines(own) : withReceptors(ordinary, block.span);
    const parts = this.#receptorsOf(block, fields, lines);
    if (this.#problems.length > 0 || !spike) return undefined;
    const kept = new Set([...(spike.kind === 'threshold' ? namesIn(spike.parsed) : ['v', 'v_th']), ...statementNames(reset)]);
    const fresh = (name: string): string => fields.fresh(name);
    const fail = (problem: Problem, span: Span): never => this.#fail(problem, span);
    const { equations, step, defined: names } = arrangeIteration(lines, { channels: [...channels.keys()], kept, fresh, fail });
    const readsInput = [...equations.flatMap(equationNames), ...statementNames([...(step?.statements ?? []), ...reset]), ...kept].includes('i');
    const input: Equation[] = readsInput ? [definition('i', binary('+', named('i_in'), named('i_gap'), block.span))] : [];
    const form = this.#texts([...input, ...equations], step, fields, names, [...kept, ...(readsInput ? ['g_gap'] : [])]);
    const shared = Object.fromEntries([...parts.shared.values()].map(({ name, value }) => [name, { value }]));
    const i_in = { value: 0, meaning: 'injected current' };
    const spec = {
      ...this.#described(block, fields),
      ...form,
      quantities: { ...form.quantities, ...shared, ...(readsInput && { i_in }) },
      ...(readsInput && { inputs: { i_gap: { meaning: 'current through gap junctions and pulses', normalize: 'sum' as const } } }),
      ...(channels.size > 0 && { channels: Object.fromEntries(channels) }),
      ...(parts.receptors.size > 0 && { receptors: Object.fromEntries(parts.receptors) }),
      spike: spike.kind === 'threshold' ? spike.condition : spike,
      ...(reset.length > 0 && { reset: printBlock(reset) }),
      integrator: 'euler' as const,
      coupling: 'staggered' as const,
    };
    return this.#make(block, () => defineNeuron(spec as Parameters<typeof defineNeuron>[0]).def);
  }

  #channelsOf(block: BlockNamed<'neuron'>, fields: Fields): Map<string, AnyModel<'channel'>> {
    const channels = new Map<string, AnyModel<'channel'>>();
    for (const { name, span, type } of block.keys.ion_channels ?? []) {
      const found = this.#lookUp('ion_channel', type);
      const model = found && this.#channel(found.block);
      if (channels.has(name)) this.#report({ code: 'duplicate-name', message: `the channel '${name}' stands here twice`, hint: 'Rename one.' }, span);
      else if (fields.fresh(name) !== name) {
        const message = `'${name}' can't be the name of a channel`;
        this.#report({ code: 'invalid-model', message, hint: 'It means something else in a neuron; choose another name.' }, span);
      }
      fields.value(`${name}.current`, `${name}.current`, 'It belongs to the channel.');
      for (const variable of this.#channels.get(type.name)?.variables ?? []) {
        if (model && hasName(model.def, variable)) fields.value(`${name}.${variable}`, `${name}.${variable}`, 'It belongs to the channel.');
      }
      if (model) channels.set(name, model);
      else fields.value(`${name}.current`, `${name}.current`, 'It belongs to the channel.');
    }
    return channels;
  }

  /** The receptors of a neuron that names a set, or kinetics for them, or calls them. */
  #receptorsOf(block: BlockNamed<'neuron'>, fields: Fields, lines: readonly Line[]) {
    const { kinetics: pair, receptors: name, on_electrochemical_iteration: own } = block.keys;
    if (pair && pair.length !== 2) {
      const message = 'a neuron has two kinetics: those of its transmitters and those of its receptors';
      this.#report({ code: 'invalid-model', message, hint: 'Write kinetics: ApproximateNeurotransmitter, ApproximateReceptor.' }, block.span);
    } else if (pair) this.#lookUp('neurotransmitter_kinetics', pair[0]);
    const none = { receptors: new Map<string, AnyModel<'receptor'>>(), shared: new Map<string, { name: string; value: number }>() };
    const calls = own !== undefined && lines.some((line) => line.kind === 'member' && (line.action === 'kinetics' || line.action === 'currents'));
    if (!name && !pair && !calls) return none;
    const set = name ? this.#lookUp('receptors', name) : this.#builtin('receptors', 'DefaultReceptors');
    const kinetics = this.#lookUp('receptor_kinetics', pair?.[1]) ?? this.#builtin('receptor_kinetics', 'ApproximateReceptor');
    if (!set) return none;
    if (calls && !lines.some((line) => line.kind === 'member' && line.action === 'kinetics')) {
      const hint = 'Add receptors.update_receptor_kinetics(t, dt) above.';
      const at = lines.find((line) => line.kind === 'member' && line.action === 'currents');
      this.#report({ code: 'invalid-model', message: 'the gating values of the receptors are never updated', hint }, at?.span ?? block.span);
    }
    const shared = this.#shared(set.block, fields);
    const receptors = new Map(
      set.block.groups.flatMap((group) => {
        const model = this.#receptor(set, group, shared, kinetics);
        return model ? [[group.name, model]] : [];
      }),
    );
    return { receptors, shared };
  }

  #reset(block: BlockNamed<'neuron'>, fields: Fields): readonly Statement[] {
    const names = new Map(fields.names);
    names.set('is_spiking', { kind: 'value', value: named('spike'), condition: true, fixed: 'A spike is what spike_detection says.' });
    const lines = this.#translator({ names }).lines(block.keys.on_spike ?? []);
    for (const line of allLines(lines)) {
      if (line.kind !== 'derivative') continue;
      const hint = 'Write what a spike changes as assignments: v = v_reset.';
      this.#report({ code: 'invalid-model', message: 'a differential equation has no place in on_spike', hint }, line.span);
    }
    return asStep(lines, (name) => name).statements;
  }

  #spikeCondition(
    block: BlockNamed<'neuron'>,
    e: Expression,
    translator: Translator,
  ): (Extract<SpikeCondition, { kind: 'peak' }> | (Extract<SpikeCondition, { kind: 'threshold' }> & { readonly parsed: Expression })) | undefined {
    if (e.kind !== 'call' || e.callee !== 'continuous') {
      const parsed = translator.condition(e);
      return parsed && { kind: 'threshold', condition: printExpression(parsed), parsed };
    }
    if (e.args.length === 0 && (block.keys.vars ?? []).some((v) => v.name === 'v_th')) return { kind: 'peak', variable: 'v', above: 'v_th' };
    const message = e.args.length > 0 ? 'continuous() takes no arguments' : "continuous() finds peaks above 'v_th', which is not declared";
    const hint = e.args.length > 0 ? 'Write spike_detection: continuous().' : 'Declare it: vars: v_th = 0.';
    this.#report({ code: 'invalid-model', message, hint }, e.span);
    return undefined;
  }

  #train(block: BlockNamed<'spike_train'>): ModelDef | undefined {
    const { keys } = block;
    const given = this.#required(block, 'on_iteration');
    const fields = new Fields(['waveform'])
      .automatic('current_voltage', 'v', 0)
      .alias('v', 'current_voltage')
      .automatic('v_th', 'v_th', 30)
      .automatic('v_resting', 'v_rest', 0)
      .value('dt', 'dt', STEP);
    fields.names.set('is_spiking', { kind: 'quantity', name: 'is_spiking', flag: true });
    fields.declare(keys.vars ?? [], (p, s) => this.#report(p, s));
    this.#lookUp('receptors', keys.neurotransmitter);
    this.#lookUp('neurotransmitter_kinetics', keys.kinetics);
    const effect =
      this.#lookUp('neural_refractoriness', keys.neural_refractoriness) ?? this.#builtin('neural_refractoriness', 'DeltaDiracRefractoriness');
    if (!given) return undefined;
    const lines = this.#translator({ names: fields.names }).lines(given);
    const waveform = this.#waveform(effect, fields, '');
    if (this.#problems.length > 0 || !waveform) return undefined;
    const all = allLines(lines);
    if (!all.some((line) => line.kind === 'assign' && line.target === 'is_spiking')) {
      const message = `[spike_train] '${block.name}' never sets is_spiking`;
      this.#report(
        { code: 'invalid-model', message, hint: 'Write is_spiking = true where it spikes, and is_spiking = false where not.' },
        block.span,
      );
      return undefined;
    }
    const fresh = (name: string): string => fields.fresh(name);
    const test = spikeTest(lines, 'is_spiking', fresh);
    if (!test) {
      const message = `what decides on a spike of '${block.name}' builds upon itself too often in one step`;
      this.#fail({ code: 'unsupported', message, hint: 'Decide from variables of the step before.' }, block.span);
    }
    const isRead = all.some((line) => accessOf(line).reads.has('is_spiking'));
    if (isRead) fields.adopt('is_spiking', 0);
    const step = asStep(isRead ? lines : without(lines, 'is_spiking'), fresh);
    const equations = [...test.definitions, definition('waveform', waveform)];
    const spike = printExpression(test.condition);
    const spec = { ...this.#described(block, fields), ...this.#texts(equations, step, fields, new Set(), namesIn(test.condition)), spike };
    return this.#make(block, () => defineSpikeTrain(spec as Parameters<typeof defineSpikeTrain>[0]).def);
  }

  /** The waveform of a train behind a spike; its floor before the first. */
  #waveform({ block, source }: Source<'neural_refractoriness'>, fields: Fields, side: '' | 'pre.'): Expression | undefined {
    const effect = block.keys.effect;
    if (!effect) return undefined;
    const train = (name: string): Expression => named(`${side}${name}`, effect.span);
    const own = new Fields([]).automatic('decay', 'decay', 10000);
    own.declare(block.keys.vars ?? [], (p, s) => this.#reportIn(source, p, s));
    const values = own.quantities(new Set(), new Set());
    const names = new Map(own.names);
    for (const [name, meaning] of own.names) {
      if (meaning.kind !== 'quantity') continue;
      const ours = fields.fresh(meaning.name);
      fields.adopt(ours, values[meaning.name].value);
      names.set(name, { ...meaning, name: ours, fixed: 'The effect changes nothing.' });
    }
    const outer = { kind: 'value', condition: false, fixed: OUTSIDE } as const;
    names.set('v_th', { ...outer, value: train('v_th') });
    names.set('v_resting', { ...outer, value: train('v_rest') });
    names.set('dt', { ...outer, value: named('dt') });
    names.set('time_difference', { ...outer, value: binary('/', train('since_spike'), named('dt'), effect.span) });
    const value = this.#translator({ names, source }).number(effect);
    const since = binary('<=', train('since_spike'), named('t'), effect.span);
    return value && call('where', [since, value, train('v_rest')], effect.span);
  }

  #pulse(block: BlockNamed<'neural_refractoriness'>): ModelDef | undefined {
    if (!this.#required(block, 'effect')) return undefined;
    const fields = new Fields(['w']);
    fields.adopt('w', 1);
    const waveform = this.#waveform(this.#found(block), fields, 'pre.');
    if (!waveform) return undefined;
    const current = binary('*', binary('*', named('w'), named('post.g_gap'), block.span), waveform, block.span);
    const spec = {
      ...this.#described(block, fields),
      quantities: fields.quantities(new Set(), new Set()),
      continuous: `post.i_gap += ${printExpression(current)}`,
    };
    return this.#make(block, () => defineSynapse(spec).def);
  }

  // ---- blocks by name

  #found<K extends BlockKind>(block: BlockNamed<K>): Source<K> {
    return { block, source: this.#builtins.blocks.includes(block) ? this.#builtins.source : this.#source };
  }

  #builtin<K extends BlockKind>(kind: K, name: string): Source<K> {
    const block = this.#builtins.blocks.find((b): b is BlockNamed<K> => b.kind === kind && b.name === name);
    if (!block) throw new InternalError(`no built-in ${kind} '${name}'`);
    return this.#found(block);
  }

  /** The block that a key names; a problem where there is none. */
  #lookUp<K extends BlockKind>(kind: K, wanted: Named | undefined): Source<K> | undefined {
    if (!wanted) return undefined;
    const known = [...this.#blocks, ...this.#builtins.blocks].filter((b): b is BlockNamed<K> => b.kind === kind);
    const block = known.find((b) => b.name === wanted.name);
    if (block) return this.#found(block);
    const names = suggest(
      wanted.name,
      known.map((b) => b.name),
    );
    const hint = `${names} All blocks that belong together stand in one text.`;
    this.#report({ code: 'unknown-name', message: `there is no [${kind}] '${wanted.name}'`, hint }, wanted.span);
    return undefined;
  }

  /** What stands behind a key that the block must have. */
  #required<B extends Block, K extends keyof B['keys'] & string>(block: B, key: K): B['keys'][K] | undefined {
    const value = (block.keys as B['keys'])[key];
    if (value !== undefined) return value;
    const hint = `Add a line '${key}:'.`;
    this.#report({ code: 'invalid-model', message: `[${block.kind}] '${block.name}' has no '${key}'`, hint }, block.tag);
    return undefined;
  }

  #described(block: Block, fields: Fields): { readonly name: string; readonly description?: string } {
    const written = fields.dt === undefined ? [] : [`Written for dt = ${fields.dt}.`];
    const description = [...(block.comment === undefined ? [] : [block.comment]), ...written].join(' ');
    return { name: block.name, ...(description !== '' && { description }) };
  }

  #translator(options: Pick<Translation, 'names'> & Partial<Translation>): Translator {
    return new Translator({ source: this.#source, problems: this.#problems, ...options });
  }

  // ---- problems

  /** Runs what defines a model; what it finds is shown at the block. Undefined where something of the text is at fault already. */
  #make<T>(block: Block, make: () => T): T | undefined {
    if (this.#problems.length > 0) return undefined;
    const { source } = this.#found(block as BlockNamed<BlockKind>);
    try {
      return make();
    } catch (error) {
      if (!(error instanceof SpikeloomError)) throw error;
      throw new SpikeloomError(error.problems.map((p) => ({ ...source.problemAt(block.span, p), ...(p.source && { source: p.source }) })));
    }
  }

  #report(problem: Problem, span: Span): void {
    this.#reportIn(this.#source, problem, span);
  }

  #reportIn(source: SourceText, problem: Problem, span: Span): void {
    this.#problems.add(source.problemAt(span, problem));
  }

  #fail(problem: Problem, span: Span): never {
    throw new SpikeloomError(this.#source.problemAt(span, problem));
  }
}

function defined<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

function groupName(set: string, transmitter: string): string {
  return `${set}_${transmitter}`;
}

/** Whether a channel has that name as a quantity or a named expression. */
function hasName({ quantities, equations = '' }: ModelDef, name: string): boolean {
  return Object.hasOwn(quantities, name) || equations.split('\n').some((line) => line.startsWith(`${name} = `));
}

function givesCurrent({ keys }: Group): boolean {
  return (keys.vars ?? []).some((v) => v.name === 'current');
}

function definition(name: string, rhs: Expression): Equation {
  return { kind: 'definition', name, rhs, span: rhs.span };
}

function isName(e: Expression, name: string): boolean {
  return e.kind === 'name' && e.name === name;
}

function isVoltage(e: Expression): boolean {
  return isName(e, 'v') || isName(e, 'current_voltage');
}

/** Calls that a neuron may make on its members. */
function cellMember(channels: readonly string[]): Translation['member'] {
  return ({ callee, args }) => {
    const channel = channels.find((name) => callee === `${name}.update_current`);
    if (channel !== undefined) {
      const fits = args.length >= 1 && args.length <= 2 && isVoltage(args[0]) && (args.length === 1 || isName(args[1], 'dt'));
      return fits ? { action: 'channel', name: channel } : undefined;
    }
    const [first, second] = args;
    const two = args.length === 2 && isName(second, 'dt');
    if (callee === 'receptors.update_receptor_kinetics' && two && isName(first, 't')) return { action: 'kinetics', name: 'receptors' };
    if (callee === 'receptors.set_receptor_currents' && two && isVoltage(first)) return { action: 'currents', name: 'receptors' };
    if (callee === 'synaptic_neurotransmitters.apply_t_changes' && args.length === 0) return { action: 'release', name: 'transmitters' };
    return undefined;
  };
}

const receptorCurrent: Translation['memberValue'] = ({ callee, args, span }, translate) => {
  if (callee !== 'receptors.get_receptor_currents' || args.length !== 2 || !isName(args[0], 'dt')) return undefined;
  return call(RECEPTOR_CURRENT, [translate(args[1])], span);
};

/** The step that a neuron makes which has none of its own for chemistry. */
function withReceptors(lines: readonly Line[], span: Span): Line[] {
  const current = call(RECEPTOR_CURRENT, [named('c_m')], span);
  return [
    { kind: 'member', action: 'currents', name: 'receptors', span },
    ...lines,
    { kind: 'assign', target: 'v', targetSpan: span, operator: '-=', value: current, span },
  ];
}

function targets(statements: readonly NbStatement[]): Set<string> {
  return new Set(
    statements.flatMap((s): string[] => {
      if (s.kind === 'assign') return [s.target.name];
      return s.kind === 'if' ? [...targets(s.then), ...targets(s.otherwise)] : [];
    }),
  );
}

/** The lines without assignments to a name, and without conditions that have nothing left to do. */
function without(lines: readonly Line[], name: string): Line[] {
  return lines.flatMap((line): Line[] => {
    if (line.kind === 'assign' && line.target === name) return [];
    if (line.kind !== 'if') return [line];
    const [then, otherwise] = [without(line.then, name), without(line.otherwise, name)];
    if (then.length > 0) return [{ ...line, then, otherwise }];
    const not: Expression = { kind: 'unary', operator: 'not', operand: line.condition, span: line.condition.span };
    return otherwise.length > 0 ? [{ ...line, condition: not, then: otherwise, otherwise: [] }] : [];
  });
}

function equationNames(equation: Equation): string[] {
  return equation.kind === 'function' ? namesIn(equation.body) : namesIn(equation.rhs);
}

function statementNames(statements: readonly Statement[]): string[] {
  return statements.flatMap((s) =>
    s.kind === 'assign' ? [s.target, ...namesIn(s.value)] : [...namesIn(s.condition), ...statementNames([...s.then, ...s.otherwise])],
  );
}

import type { FunctionRef, ModuleAssembler } from './assembler.ts';
import { FAILURES, MEETING, pushLine, type TeamPlan } from './team.ts';

/**
 * Of so many times in a row that looking was in vain, a thread looks for long the first few times, then shortly: where other programs
 * want the cores too, one that looks keeps the one that it waits for from running. Now and then it looks for long again: where all
 * threads sleep at each meeting they may go on so for ever on cores that are free by now, until one of them looks.
 */
const PERIOD = 1024;
const LONG = 16;
/** How often it looks shortly. */
export const SHORT = 1024;
/** How long it sleeps before it asks whether all the others are still there, ns. */
const PATIENCE = 100_000_000n;
/** What `memory.atomic.wait32` answers when that time is over. */
const TIMED_OUT = 2;

/**
 * A function (thread) that comes back when all threads have called it. The last to come opens the next meeting, for which the others
 * look, as often as the host says (see `Team`), and then sleep. `stalled` is called now and then while one waits for long; where a
 * thread was lost all others trap.
 */
export function addMeet(assembler: ModuleAssembler, { threads, meeting }: TeamPlan, stalled: FunctionRef): FunctionRef {
  return assembler.function('meet', { params: ['i32'], results: [] }, (code) => {
    const [round, looks, failures] = [code.local('i32'), code.local('i32'), code.local('i32')];
    const pushThread = (): void => code.get(code.params[0]);
    const load = (what: 'round' | 'sleepers' | 'lost' | 'looks'): void => {
      code.i32(0);
      code.memory('i32.atomic.load', meeting + MEETING[what]);
    };
    const count = (what: 'arrived' | 'sleepers', by: 1 | -1): void => {
      code.i32(0);
      code.i32(by);
      code.memory('i32.atomic.rmw.add', meeting + MEETING[what]);
    };
    const isOn = (): void => {
      load('round');
      code.get(round);
      code.op('i32.eq');
    };
    const setFailures = (value: () => void): void => {
      pushLine(code, pushThread);
      value();
      code.memory('i32.store', meeting + MEETING.lines + FAILURES);
    };
    load('round');
    code.set(round);
    count('arrived', 1);
    code.i32(threads - 1);
    code.op('i32.eq');
    code.if(() => {
      code.i32(0);
      code.i32(0);
      code.memory('i32.atomic.store', meeting + MEETING.arrived);
      code.i32(0);
      code.get(round);
      code.i32(1);
      code.op('i32.add');
      code.memory('i32.atomic.store', meeting + MEETING.round);
      load('sleepers');
      code.if(() => {
        code.i32(0);
        code.i32(-1);
        code.memory('memory.atomic.notify', meeting + MEETING.round);
        code.drop();
      });
      code.return();
    });
    pushLine(code, pushThread);
    code.memory('i32.load', meeting + MEETING.lines + FAILURES);
    code.set(failures);
    load('looks');
    code.i32(SHORT);
    code.get(failures);
    code.i32(PERIOD - 1);
    code.op('i32.and');
    code.i32(LONG);
    code.op('i32.lt_u');
    code.select();
    code.set(looks);
    code.loop((again) => {
      isOn();
      code.op('i32.eqz');
      code.if(() => {
        setFailures(() => code.i32(0));
        code.return();
      });
      code.get(looks);
      code.i32(1);
      code.op('i32.sub');
      code.tee(looks);
      code.branchIf(again);
    });
    setFailures(() => {
      code.get(failures);
      code.i32(1);
      code.op('i32.add');
    });
    count('sleepers', 1);
    code.drop();
    code.loop((again) => {
      code.i32(0);
      code.get(round);
      code.i64(PATIENCE);
      code.memory('memory.atomic.wait32', meeting + MEETING.round);
      code.i32(TIMED_OUT);
      code.op('i32.eq');
      code.if(() => code.call(stalled));
      load('lost');
      code.if(() => code.unreachable());
      isOn();
      code.branchIf(again);
    });
    count('sleepers', -1);
    code.drop();
  });
}

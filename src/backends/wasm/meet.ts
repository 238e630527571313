import type { FunctionRef, ModuleAssembler } from './assembler.ts';
import { setI32 } from './loops.ts';
import { MEETING, type TeamPlan } from './team.ts';

/** How often a thread looks before it lies down: some 20 µs. */
const LOOKS = 16384;
/** How long it sleeps before it asks whether all the others are still there, ns. */
const PATIENCE = 100_000_000n;
/** What `memory.atomic.wait32` answers when that time is over. */
const TIMED_OUT = 2;

/**
 * A function () that comes back when all threads have called it. The last to come opens the next meeting, for which the others look,
 * and then sleep. `stalled` is called now and then while one waits for long; where a thread was lost all others trap.
 */
export function addMeet(assembler: ModuleAssembler, { threads, meeting }: TeamPlan, stalled: FunctionRef): FunctionRef {
  return assembler.function('meet', { params: [], results: [] }, (code) => {
    const [round, looks] = [code.local('i32'), code.local('i32')];
    const load = (what: 'round' | 'sleepers' | 'lost'): void => {
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
    setI32(code, looks, LOOKS);
    code.loop((again) => {
      isOn();
      code.op('i32.eqz');
      code.if(() => code.return());
      code.get(looks);
      code.i32(1);
      code.op('i32.sub');
      code.tee(looks);
      code.branchIf(again);
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

import type { Calculator } from '../ir/calculate.ts';
import type { ColumnId } from '../ir/expr.ts';
import type { ColumnArray, Program } from '../ir/program.ts';

/** Why `Executor.run` came back. */
export type RunEnd =
  /** All steps asked for are done. */
  | 'done'
  /** A value that should be finite is not; the step in which it happened is complete. */
  | 'fault'
  /** A buffer of spikes may not hold another step: empty it and run on. */
  | 'full'
  /** A calendar may not hold the spikes of another step: go on in a program with a larger one. */
  | 'crowded';

/** Owns all memory of a loaded program. */
export interface Executor {
  /** Runs the init schedule, then the derive schedule. */
  init(): void;
  /** Runs the derive schedule: call it after writing a parameter. */
  derive(): void;
  /** Carries out something of `Program.onDemand`. */
  call(name: string): void;
  /** Runs up to `steps` steps. */
  run(steps: number): { readonly steps: number; readonly end: RunEnd };
  /** A live view of a column's `padded` elements. Valid until the executor is disposed. */
  view(column: ColumnId): ColumnArray;
  dispose(): void;
}

/** A further thread of this process, or page, that shares its memory. */
export interface Thread {
  /** Whether it is still there; can be asked while everything else stands still. */
  isAlive(): boolean;
  end(): void;
}

/** Starts a thread with its part of a program (see platform/thread.mjs); done when it waits for its first run. */
export type StartThread = (part: ThreadPart) => Promise<Thread>;

/** What a backend of several threads wants of the platform. */
export interface Host {
  readonly startThread: StartThread;
  /** Cores that the threads may use. */
  readonly cores: number;
}

export interface ThreadPart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
  readonly words: { readonly run: number; readonly steps: number; readonly lost: number; readonly round: number; readonly looks: number };
}

/** A way of carrying out programs. */
export interface Backend {
  readonly name: string;
  /** Threads that it can use, at most. */
  readonly mostThreads: number;
  /** Bytes that a program may take, at most. */
  readonly mostBytes: number;
  /** Loads a program; refuses by name what it can't do. */
  load(program: Program, host?: Host): Promise<Executor>;
  /** For many small programs, of which many are equal: what it has compiled it keeps. */
  calculator(): Calculator;
}

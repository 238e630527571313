// @ts-check
/*
 * What a further thread of a network runs. A plain module that imports nothing, so that Node starts it as it is, from the sources as
 * from the package, and the engine of a page takes it in.
 */

/**
 * Carries out a thread's share of every run until its end. In between it looks for the next for a while, then sleeps.
 *
 * @param {{ module: WebAssembly.Module, memory: WebAssembly.Memory, thread: number, words: { run: number, steps: number, lost: number, round: number, looks: number } }} part
 *   `words` are places in memory, as words of 32 bits
 * @param {() => void} ready called when it waits for the first run
 */
export function carryOutPart({ module, memory, thread, words }, ready) {
  const at = new Int32Array(memory.buffer);
  try {
    const stalled = () => {};
    const { run } = new WebAssembly.Instance(module, { env: { memory, stalled } }).exports;
    const carryOut = /** @type {(steps: number, thread: number) => unknown} */ (run);
    let done = Atomics.load(at, words.run);
    ready();
    for (;;) {
      let looks = Atomics.load(at, words.looks);
      while (looks > 0 && Atomics.load(at, words.run) === done) looks--;
      Atomics.wait(at, words.run, done);
      done = Atomics.load(at, words.run);
      if (Atomics.load(at, words.lost) !== 0) return;
      carryOut(Atomics.load(at, words.steps), thread);
    }
  } catch (error) {
    // Those who wait for this thread must not wait for ever.
    Atomics.compareExchange(at, words.lost, 0, thread);
    Atomics.notify(at, words.round);
    throw error;
  }
}

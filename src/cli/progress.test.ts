import { expect, it, vi } from 'vitest';
import { ProgressLine } from './progress.ts';

function terminal(isTTY: boolean) {
  let written = '';
  const stream = { isTTY, write: (text: string) => (written += text) } as unknown as NodeJS.WriteStream;
  return { stream, text: () => written };
}

it('says how far a run is, what time it is in the model, how fast and how long it still takes', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const { stream, text } = terminal(true);
    const line = new ProgressLine(stream);
    vi.advanceTimersByTime(2000);
    line.show({ time: 500, fraction: 0.25, speed: 0.25 });
    line.show({ time: 501, fraction: 0.2505, speed: 0.25 });
    expect(text()).toBe('\r\u001b[K 25 %  500 ms  0.250 x real time  6 s left');
    line.clear();
    expect(text().endsWith('left\r\u001b[K')).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

it('is silent where nobody watches', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const { stream, text } = terminal(false);
    const line = new ProgressLine(stream);
    vi.advanceTimersByTime(2000);
    line.show({ time: 500, fraction: 0.25, speed: 0.25 });
    line.clear();
    expect(text()).toBe('');
  } finally {
    vi.useRealTimers();
  }
});

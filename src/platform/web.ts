/** Lets timers, messages and painting have their turn; timers would add at least 4 ms each time. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}

/** Pages have no folders: refuses, as a system would. */
export async function requireWritable(folder: string): Promise<void> {
  throw new Error(`a page can't open the folder ${folder}`);
}

export async function writeWhole(folder: string, name: string, _content: string | Iterable<string>): Promise<void> {
  throw new Error(`a page can't write ${folder}/${name}`);
}

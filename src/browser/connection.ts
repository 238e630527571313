import { SpikeloomError } from '../core/error.ts';
import { type CallName, type Calls, type Port, receiveError, type ToPage } from './engine/protocol.ts';

/** What the engine tells by itself. */
export type Notice = Exclude<ToPage, { readonly kind: 'answer' | 'refusal' }>;

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** The page's end of the line to an engine: calls that are promises. When the line is dead, each of them is refused. */
export class Connection {
  readonly #port: Port;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #failure: unknown;
  /** Steps done, as far as is known. */
  step = 0;
  onNotice: (notice: Notice) => void = () => {};

  constructor(port: Port) {
    this.#port = port;
    port.listen((message) => this.#receive(message as ToPage));
  }

  /** @param transfer memory that goes over, and is gone here */
  call<K extends CallName>(call: K, args: Parameters<Calls[K]>, transfer: Transferable[] = []): Promise<ReturnType<Calls[K]>> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) throw this.#failure;
      const id = this.#calls++;
      try {
        this.#port.send({ id, call, args }, transfer);
      } catch (error) {
        throw notSent(error);
      }
      this.#pending.set(id, { resolve, reject });
    });
  }

  /** Says that so many bytes of recordings have arrived. */
  taken(bytes: number): void {
    if (this.#failure === undefined) this.#port.send({ call: 'taken', bytes }, []);
  }

  /** Refuses what is pending and all that comes. */
  fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#port.listen(() => {});
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  #receive(message: ToPage): void {
    this.step = message.step;
    if (message.kind !== 'answer' && message.kind !== 'refusal') {
      this.onNotice(message);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === 'answer') pending?.resolve(message.value as never);
    else pending?.reject(receiveError(message.error));
  }
}

function notSent(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'DataCloneError') return error;
  return new SpikeloomError({
    code: 'usage',
    message: `this can't be sent to the engine's worker (${error.message})`,
    hint: 'Give numbers, text, arrays and plain objects; functions stay in the page.',
  });
}

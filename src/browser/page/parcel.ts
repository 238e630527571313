import { InternalError } from '../../core/error.ts';
import type { NetworkDef } from '../../network/definition.ts';
import { type ArraySource, fromDocument, type TypedArray, toDocument } from '../../network/document.ts';

/*
 * A network on its way into a page: one JSON text, arrays in base64; or, where there is no network, what is wrong.
 */

const ARRAYS = { Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array } as const;
type ArrayName = keyof typeof ARRAYS;

interface SentNetwork {
  readonly title: string;
  readonly network: unknown;
  readonly arrays: Readonly<Record<string, { readonly type: ArrayName; readonly base64: string }>>;
}

interface SentFault {
  readonly title: string;
  readonly fault: string;
}

/** What a page is to show. */
export type Parcel = { readonly title: string } & ({ readonly network: NetworkDef } | { readonly fault: string });

/** @throws SpikeloomError where a rule is a function */
export function packNetwork(title: string, network: NetworkDef): string {
  const arrays: Record<string, SentNetwork['arrays'][string]> = {};
  const put = (values: TypedArray): string => {
    const name = `a${Object.keys(arrays).length}`;
    arrays[name] = { type: values.constructor.name as ArrayName, base64: toBase64(values) };
    return name;
  };
  return JSON.stringify({ title, network: toDocument(network, { put }), arrays } satisfies SentNetwork);
}

/** @param fault the text of an error */
export function packFault(title: string, fault: string): string {
  return JSON.stringify({ title, fault } satisfies SentFault);
}

export function unpack(text: string): Parcel {
  const sent = JSON.parse(text) as SentNetwork | SentFault;
  if ('fault' in sent) return sent;
  const source: ArraySource = {
    get: (name) => {
      if (!Object.hasOwn(sent.arrays, name)) throw new InternalError(`the parcel has no array '${name}'`);
      const { type, base64 } = sent.arrays[name];
      return new ARRAYS[type](fromBase64(base64));
    },
  };
  return { title: sent.title, network: fromDocument(sent.network, source) as NetworkDef };
}

function toBase64({ buffer, byteOffset, byteLength }: TypedArray): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let binary = '';
  // Functions take only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

function fromBase64(text: string): ArrayBuffer {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes.buffer;
}

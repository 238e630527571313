import type { Backend } from '../backends/backend.ts';
import { jsBackend } from '../backends/js/index.ts';
import { wasmBackend } from '../backends/wasm/index.ts';

export const BACKENDS = { js: jsBackend, wasm: wasmBackend } as const satisfies Record<string, Backend>;
export type BackendName = keyof typeof BACKENDS;

// Lets Node run TypeScript files of this repository: node --import ./scripts/registerTypeScript.mjs FILE.ts
import { register } from 'node:module';

register('./loadTypeScript.mjs', import.meta.url);

import { printModel } from '../src/text/index.ts';
import { jsonSchemas } from '../src/text/jsonSchema.ts';
import { LIBRARY } from '../src/text/library.ts';

/** The files that are printed from the sources, by their paths: JSON Schemas for editors, the models of the library as text. */
export function publishedTexts(): ReadonlyMap<string, string> {
  const schemas = Object.entries(jsonSchemas()).map(([name, schema]) => [`schema/${name}`, `${JSON.stringify(schema, null, 2)}\n`] as const);
  const models = [...LIBRARY].map(([name, { def }]) => [`models/${name}.yaml`, `${header(name)}\n${printModel(def)}`] as const);
  return new Map([...schemas, ...models]);
}

function header(name: string): string {
  return `# yaml-language-server: $schema=../schema/model.schema.json\n# The model '${name}' of the library, printed by 'npm run texts' from src/models/${name}.ts.\n`;
}

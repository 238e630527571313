import * as z from 'zod';
import { modelSchema, networkSchema } from './networkSchema.ts';

/*
 * What may stand in a text, as editors read it. `npm run texts` writes them to the folder schema.
 */

/** Files by name. */
export function jsonSchemas(): Readonly<Record<string, object>> {
  return {
    'network.schema.json': schemaOf(networkSchema, 'spikeloom network'),
    'model.schema.json': schemaOf(modelSchema, 'spikeloom model'),
  };
}

function schemaOf(schema: z.ZodType, title: string): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-07', io: 'input', reused: 'inline', cycles: 'ref' });
  return { $schema, title, ...rest };
}

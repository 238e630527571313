import * as z from 'zod';

/*
 * What a schema wants, in words: a schema's own error holds them, `schemaProblems` makes sentences of them.
 */

/** What is wanted, and how to write it. */
export function want(what: string, hint: string): { readonly error: () => string } {
  return { error: () => `${what}\n${hint}` };
}

/** What `want` said, taken apart. */
export function wanted(message: string): { readonly what: string; readonly hint: string } {
  const [what, hint = ''] = message.split('\n');
  return { what, hint };
}

/** A map with these keys and no others. @param what it describes, with its article: `a population` */
export function keyed<S extends z.ZodRawShape>(what: string, description: string, shape: S) {
  const keys = Object.keys(shape).filter((key) => key !== '$schema');
  const error = ({ code }: { readonly code?: string }) =>
    code === 'unrecognized_keys' ? `${what}\n${keys.join(' ')}` : `${what}\nIts keys are: ${keys.join(', ')}.`;
  return z.strictObject(shape, { error }).describe(description);
}

/** A map of things by name. */
export function named<T extends z.ZodType>(things: string, description: string, value: T) {
  return z.record(z.string(), value, want(`a map of ${things} by name`, 'Write each as name: value, on a line of its own.')).describe(description);
}

export function text(description: string, example: string) {
  return z.string(want('text', `Write text, such as ${example}; put what looks like a number in quotes.`)).describe(description);
}

export function number(description: string, hint = 'Give a finite number.') {
  return z.number(want('a number', hint)).describe(description);
}

export function truth(description: string) {
  return z.boolean(want('true or false', 'Write true or false.')).describe(description);
}

export function choice<const T extends readonly [string, ...string[]]>(description: string, options: T) {
  return z.enum(options, want(`one of ${options.join(', ')}`, 'Choose one of them.')).describe(description);
}

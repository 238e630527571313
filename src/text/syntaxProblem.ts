import type { YAMLError } from 'yaml';
import type { Problem } from '../core/error.ts';
import type { SourceText } from './sourceText.ts';

type Wording = Pick<Problem, 'message' | 'hint'>;

/** What the parser of YAML finds, in words that say how to go on. */
const WORDINGS: { readonly [code in YAMLError['code']]?: Wording } = {
  TAB_AS_INDENT: { message: 'a tab is used as indentation', hint: 'Indent by spaces.' },
  MULTIPLE_DOCS: { message: 'a second document begins here', hint: "Give each a file of its own; '---' and '...' end one." },
  TAG_RESOLVE_FAILED: { message: 'this tag has no meaning here', hint: "Leave it out; put text that begins with '!' in quotes." },
  BAD_INDENT: {
    message: 'this is indented differently from what it belongs to',
    hint: 'Begin what belongs together in the same column.',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second key stands on one line',
    hint: "Give each key a line of its own; put text that holds ': ' in quotes.",
  },
  BAD_SCALAR_START: { message: 'text can’t begin with this sign', hint: 'Put it in quotes.' },
  MULTILINE_IMPLICIT_KEY: { message: "a key is expected here, followed by ':'", hint: 'Write name: value.' },
  BAD_ALIAS: { message: 'this names no anchor', hint: "'*name' repeats what '&name' stands before; put other text that begins with '*' in quotes." },
  RESOURCE_EXHAUSTION: { message: 'this is nested too deeply', hint: 'Few levels are ever needed.' },
};

export function syntaxProblem({ code, message, pos }: YAMLError, source: SourceText): Problem {
  const [start, end] = pos;
  const span = { start, end };
  if (code === 'DUPLICATE_KEY') {
    const [raw] = source.text.slice(start).match(/^"[^"\n]*"|^'[^'\n]*'|^[^\s:,]+/) ?? [''];
    const name = raw.replace(/^(["'])(.*)\1$/, '$2');
    const whole = { start, end: start + raw.length };
    return source.problemAt(whole, { code: 'duplicate-name', message: `'${name}' is given twice`, hint: 'Leave one of the two out.' });
  }
  return source.problemAt(span, { code: 'syntax', ...(wordingOf(message) ?? WORDINGS[code] ?? otherWording(message)) });
}

/** Codes that stand for several things are told apart by the parser's own words. */
function wordingOf(message: string): Wording | undefined {
  const flow = /^Flow (map|sequence)/.exec(message)?.[1];
  if (flow) {
    const [open, close] = flow === 'map' ? '{}' : '[]';
    return { message: `a '${open}' is not closed before this`, hint: `Close it by '${close}', and indent what it holds.` };
  }
  return message.startsWith('Missing closing')
    ? { message: 'a quote is not closed', hint: 'Close it; write a quote within quotes twice.' }
    : undefined;
}

function otherWording(message: string): Wording {
  const text = message.replace(/\s+/g, ' ').replace(/\.$/, '');
  return {
    message: `this is no YAML: ${text[0].toLowerCase()}${text.slice(1)}`,
    hint: "Put text that holds ': ', ' #' or, inside { } and [ ], one of , [ ] { } in quotes.",
  };
}

/** Colours for blocks in the language of the equations. */
export const grammar = {
  name: 'spikeloom',
  scopeName: 'source.spikeloom',
  patterns: [
    { match: '#.*$', name: 'comment.line' },
    { match: '^(equations|step|continuous|spike|reset|refractory):$', name: 'keyword.control' },
    { match: '\\bd([A-Za-z_]\\w*)/dt\\b', name: 'entity.name.function' },
    { match: '\\b(if|else|and|or|not|function|unless refractory)\\b', name: 'keyword.control' },
    { match: '\\[[^\\]]*\\]', name: 'string.other.unit' },
    { match: '(?<![\\w.])\\d+(\\.\\d+)?(e[+-]?\\d+)?', name: 'constant.numeric' },
    { match: '\\b[A-Za-z_]\\w*(?=\\()', name: 'support.function' },
  ],
  repository: {},
};

/** Colours for blocks in the .nb language. */
export const nbGrammar = {
  name: 'nb',
  scopeName: 'source.nb',
  patterns: [
    { match: '//.*$', name: 'comment.line' },
    { begin: '/\\*', end: '\\*/', name: 'comment.block' },
    { match: '\\[ *[A-Za-z_]\\w* *\\]', name: 'keyword.control' },
    { match: '^\\s*[a-z_]+:', name: 'entity.name.tag' },
    { match: '\\bd([A-Za-z_]\\w*)/dt\\b', name: 'entity.name.function' },
    { match: '(?<![\\w.])\\d+(\\.\\d+)?(e[+-]?\\d+)?', name: 'constant.numeric' },
    { match: '\\b[A-Za-z_][\\w.]*(?=\\()', name: 'support.function' },
  ],
  repository: {},
};

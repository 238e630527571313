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

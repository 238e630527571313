import { FEATURES, type FeatureStatus } from '../docs/features.ts';

/** How each kind of reference is shown. */
const SHOWN: Readonly<Record<string, (name: string) => string>> = {
  models: (name) => `\`${name}\``,
  analysis: (name) => `\`${name}\``,
  attractors: (name) => `\`${name}\``,
  plot: (name) => `\`${name}\``,
  text: (name) => `\`${name}\``,
  api: (name) => `\`${name}\``,
  example: (name) => `\`examples/${name}.ts\``,
  guide: (name) => `[${name.replace(/#.*/, '').replaceAll('-', ' ')}](${name === 'performance' ? '/performance' : `/guide/${name}`})`,
};

function shown(reference: string): string {
  const [kind, ...rest] = reference.split(':');
  return SHOWN[kind](rest.join(':'));
}

/** The page that says of each feature what does it. */
export function featuresPage(): string {
  const groups = [...new Set(FEATURES.map(({ group }) => group))].map((group) => {
    const rows = FEATURES.filter((f) => f.group === group).map(({ row, feature, status, by, note }) => {
      const state = status === 'yes' ? '' : `**${status}**${note ? `: ${note}` : ''}`;
      return `| ${row} | ${feature} | ${[by.map(shown).join(', '), state].filter(Boolean).join('; ')} |`;
    });
    return `## ${group}\n\n| | what | by |\n| --- | --- | --- |\n${rows.join('\n')}`;
  });
  const count = (status: FeatureStatus): number => FEATURES.filter((f) => f.status === status).length;
  const head = `# Features\n\nWhat a simulator of this kind should do, and what does it here. Of ${FEATURES.length} things ${count('yes')} are there, ${count('partly')} is there in part, and ${count('left out')} is left out. Names are those of the [entry points](/reference/); models are in the [library](/reference/library).`;
  return `${[head, ...groups].join('\n\n')}\n`;
}

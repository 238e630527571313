import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig } from 'vitepress';
import { grammar, nbGrammar } from './grammar.ts';

type Items = DefaultTheme.SidebarItem[];

const guide: Items = [
  {
    text: 'Start',
    items: [
      { text: 'First network', link: '/guide/first-network' },
      { text: 'Neurons', link: '/guide/neurons' },
      { text: 'Writing a model', link: '/guide/writing-a-model' },
      { text: 'Units', link: '/guide/units' },
      { text: 'Coming from elsewhere', link: '/guide/coming-from' },
    ],
  },
  {
    text: 'Networks',
    items: [
      { text: 'Connecting', link: '/guide/connecting' },
      { text: 'Plasticity', link: '/guide/plasticity' },
      { text: 'Chemistry', link: '/guide/chemistry' },
      { text: 'Models by name', link: '/guide/models-by-name' },
      { text: 'Stimulating', link: '/guide/stimulating' },
      { text: 'Recording', link: '/guide/recording' },
      { text: 'Running', link: '/guide/running' },
      { text: 'Attractors', link: '/guide/attractors' },
    ],
  },
  {
    text: 'Around it',
    items: [
      { text: 'Command line', link: '/guide/command-line' },
      { text: 'Text files', link: '/guide/text-files' },
      { text: 'Importing .nb models', link: '/guide/importing' },
      { text: 'Results on disk', link: '/guide/results' },
      { text: 'Pictures', link: '/guide/pictures' },
      { text: 'In a page', link: '/guide/in-a-page' },
    ],
  },
  {
    text: 'Details',
    items: [
      { text: 'The language', link: '/guide/language' },
      { text: 'Numerics', link: '/guide/numerics' },
      { text: 'Errors', link: '/guide/errors' },
      { text: 'Performance', link: '/performance' },
    ],
  },
];

/** What typedoc wrote, a group for each entry point of the package; nothing until the reference is built. */
function reference(): Items {
  const file = fileURLToPath(new URL('../reference/typedoc-sidebar.json', import.meta.url));
  const [main]: Items = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  const modules = (main?.items ?? []).filter(({ link }) => link?.startsWith('/reference/spikeloom/') && link.endsWith('/'));
  const own = (main?.items ?? []).filter((item) => !modules.includes(item));
  return [
    {
      text: 'Library',
      items: [
        { text: 'Models', link: '/reference/library' },
        { text: 'Features', link: '/reference/features' },
      ],
    },
    ...(main ? [{ ...main, items: own, collapsed: false }] : []),
    ...modules.map((module) => ({ ...module, text: `spikeloom/${module.text}`, collapsed: true })),
  ];
}

export default defineConfig({
  title: 'spikeloom',
  description:
    'A simulator of spiking neural networks for Node and browsers: write models as equations, run them compiled, get the same bits everywhere.',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/favicon.svg' }]],
  cleanUrls: true,
  lastUpdated: false,
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Guide', link: '/guide/first-network', activeMatch: '/guide/' },
      { text: 'Models', link: '/reference/library' },
      { text: 'Reference', link: '/reference/', activeMatch: '/reference/(?!library)' },
    ],
    sidebar: { '/reference/': reference(), '/': guide },
    outline: [2, 3],
    footer: { message: 'Apache-2.0' },
  },
  markdown: {
    languages: [grammar, nbGrammar],
    theme: { light: 'github-light', dark: 'github-dark' },
    config: (md) => {
      const fence = md.renderer.rules.fence;
      if (!fence) return;
      md.renderer.rules.fence = (tokens, index, options, env, self) => {
        const { info } = tokens[index];
        const html = fence(tokens, index, options, env, self);
        const file = /\[(.+)\]/.exec(info)?.[1];
        if (file !== undefined) return `<div class="file-name">${md.utils.escapeHtml(file)}</div>${html}`;
        return info.trim() === 'text' ? `<div class="output">${html}</div>` : html;
      };
    },
  },
});

// Builds the documentation: the API reference from the sources, then the site. With --dev, serves the guide while it is written.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';
import { featuresPage } from './featuresPage.ts';
import { libraryPage } from './libraryPage.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The source of every entry point that package.json exports. */
function entryPoints() {
  const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  return Object.values(exports)
    .flatMap(({ types }) => (types ? [types.replace('./dist/', 'src/').replace('.d.ts', '.ts')] : []))
    .filter((file) => existsSync(root + file));
}

/** What the types of public things are made of, and nobody needs by name. */
const HELPERS =
  'BACKENDS CellEnds CellModel CellOptions DefinedNames Ends EngineWorker INTEGRATORS Matrix None Operation Pairs Quantities ReadableOf ReadableOfParts RESET_PARTS SettableOf SettableOfParts Started StimulusOptions SynapseOptions ValuedModel ViewOwner WarningData'.split(
    ' ',
  );

/** What stands where the reference begins. */
const HEAD = {
  spikeloom: 'models, networks, simulations, recordings, results',
  'spikeloom/models': 'the library; its equations are on [a page of their own](library.md)',
  'spikeloom/analysis': 'statistics of recordings, potentials of electrodes',
  'spikeloom/attractors': 'Hopfield networks, patterns, decoding of bumps',
  'spikeloom/text': 'networks and models as YAML and JSON',
  'spikeloom/plot': 'pictures of recordings',
  'spikeloom/browser': 'everything for a page, and simulations in a worker',
};

/** Writes docs/reference; says whether that went without errors and warnings. */
async function writeReference() {
  rmSync(`${root}docs/reference`, { recursive: true, force: true });
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
    entryPoints: entryPoints(),
    tsconfig: `${root}tsconfig.build.json`,
    out: `${root}docs/reference`,
    docsRoot: `${root}docs`,
    readme: 'none',
    excludePrivate: true,
    excludeInternal: true,
    excludeExternals: true,
    disableSources: true,
    treatWarningsAsErrors: true,
    intentionallyNotExported: HELPERS,
    logLevel: 'Warn',
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    enumMembersFormat: 'table',
    useCodeBlocks: true,
    expandObjects: false,
    hidePageHeader: true,
    hideBreadcrumbs: true,
    sort: ['source-order'],
    groupOrder: ['Functions', 'Classes', 'Interfaces', 'Type Aliases', 'Variables'],
  });
  const project = await app.convert();
  if (!project) return false;
  app.validate(project);
  for (const module of project.children ?? []) module.name = module.name === 'index' ? 'spikeloom' : `spikeloom/${module.name}`;
  await app.generateOutputs(project);
  const { page, files } = await libraryPage();
  writeFileSync(`${root}docs/reference/library.md`, page);
  writeFileSync(`${root}docs/reference/features.md`, featuresPage());
  mkdirSync(`${root}docs/reference/responses`);
  for (const [path, content] of files) writeFileSync(`${root}docs/reference/${path}`, content);
  const modules = (project.children ?? []).map(({ name }) => `- [\`${name}\`](${name}/index.md): ${HEAD[name] ?? ''}`);
  writeFileSync(
    `${root}docs/reference/index.md`,
    `# Reference\n\nThe entry points of the package, and everything that they export.\n\n${modules.join('\n')}\n`,
  );
  return !app.logger.hasErrors() && !app.logger.hasWarnings();
}

if (!(await writeReference())) process.exit(1);
const { build, createServer } = await import('vitepress');
if (process.argv.includes('--dev')) {
  const server = await createServer(`${root}docs`);
  await server.listen();
  server.printUrls();
} else {
  await build(`${root}docs`);
}

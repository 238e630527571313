import { showNetwork } from './app.ts';
import { element } from './dom.ts';
import { type Parcel, unpack } from './parcel.ts';

/*
 * The live page. Its network lies in the page itself where it was written to a file, else the server has it, newly read.
 */

async function parcelOf(): Promise<Parcel> {
  const within = document.getElementById('network')?.textContent?.trim();
  if (within) return unpack(within);
  const response = await fetch('network.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`);
  return unpack(await response.text());
}

function showFault(root: HTMLElement, title: string, text: string): void {
  root.replaceChildren(
    element('header', {}, element('div', { className: 'title' }, element('h1', {}, title), element('p', {}, 'This network can’t be run.'))),
    element('pre', { className: 'fault-text', role: 'alert' }, text),
    element('p', { className: 'note' }, 'Mend the file, then load this page again.'),
  );
}

async function main(root: HTMLElement): Promise<void> {
  let title = 'spikeloom';
  try {
    const parcel = await parcelOf();
    title = parcel.title;
    document.title = `${title} · spikeloom`;
    if ('fault' in parcel) showFault(root, title, parcel.fault);
    else await showNetwork(title, parcel.network, root);
  } catch (error) {
    showFault(root, title, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}

const root = document.querySelector('main');
if (root) void main(root);

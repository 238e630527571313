import { agreement, DiscreteLattice, distort, hopfieldWeights, type Pattern, pattern, type Recall } from 'spikeloom/attractors';

const LETTERS: readonly Pattern[] = [
  pattern([
    '##......##',
    '##.....##.',
    '##....##..',
    '##...##...',
    '#####.....',
    '#####.....',
    '##...##...',
    '##....##..',
    '##.....##.',
    '##......##',
  ]),
  pattern([
    '...####...',
    '..##..##..',
    '.##....##.',
    '##......##',
    '##......##',
    '##......##',
    '##......##',
    '.##....##.',
    '..##..##..',
    '...####...',
  ]),
  pattern([
    '##########',
    '##########',
    '....##....',
    '....##....',
    '....##....',
    '....##....',
    '....##....',
    '....##....',
    '....##....',
    '....##....',
  ]),
];

export interface RecalledLetter {
  readonly stored: Pattern;
  readonly cue: Pattern;
  readonly recall: Recall;
  /** The part of cells in which the recall and the letter agree. */
  readonly accuracy: number;
}

/** A Hopfield lattice that stores three letters, and what it makes of each when some of its cells are flipped. */
export function hopfieldRecall(options: { readonly seed?: number; readonly flipped?: number } = {}): readonly RecalledLetter[] {
  const { seed = 1, flipped = 0.2 } = options;
  const lattice = new DiscreteLattice(hopfieldWeights(LETTERS), { rows: 10, columns: 10, seed });
  return LETTERS.map((stored, k) => {
    const cue = distort(stored, flipped, { seed: 10 * seed + k });
    const recall = lattice.recall(cue);
    return { stored, cue, recall, accuracy: agreement(recall.pattern, stored) };
  });
}

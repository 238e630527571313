/** Cells of each ring. */
export const CELLS = 120;

/** Text for the distance around the ring, in cells, of two places whose difference is given as text. */
export function around(difference: string): string {
  return `abs(${difference} - ${CELLS} * floor((${difference}) / ${CELLS} + 0.5))`;
}

/** Text for a bell over that distance, 1 in the middle. */
export function bell(difference: string): string {
  return `exp(-2 * ${around(difference)}^2 / ${10 * CELLS})`;
}

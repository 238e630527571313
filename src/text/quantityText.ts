/** `10 ms`: a number and its unit. No expression looks like that, for a number is never followed by a name. */
const SHORT = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)[ \t]+((?:[A-Za-z\u00b5\u03bcΩ(]|1\s*\/).*)$/;

export function splitQuantity(text: string): { readonly value: number; readonly unit: string } | undefined {
  const match = SHORT.exec(text);
  return match ? { value: Number(match[1]), unit: match[2] } : undefined;
}

/** A size as people read it: in MB, from 1 GB on in GB. */
export function bytesText(bytes: number): string {
  return bytes < 1e9 ? `${digits(bytes / 1e6)} MB` : `${digits(bytes / 1e9)} GB`;
}

/** Three that count. */
function digits(value: number): string {
  return value < 1000 ? value.toPrecision(3) : value.toFixed(0);
}

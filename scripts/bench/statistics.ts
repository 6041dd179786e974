export const median = (values: readonly number[]): number => percentile(values, 50);

/** The value below which so many percent of the values lie, interpolated between its neighbours. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) throw new Error('There are no values to take a percentile of.');
  const sorted = values.toSorted((a, b) => a - b);
  const position = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position % 1);
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en');

export const milliseconds = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;

export const times = (ratio: number): string => `${ratio.toFixed(2)} ×`;

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

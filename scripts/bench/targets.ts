/** The cells "target" and "met" of a figure that must not be above its limit. */
export function atMost(value: number, limit: number, unit: string): [string, string] {
  return [`≤ ${limit}${unit}`, value <= limit ? 'yes' : 'NO'];
}

/** The cells "target" and "met" of a figure that must not be below its limit. */
export function atLeast(value: number, limit: number, unit: string): [string, string] {
  return [`≥ ${limit}${unit}`, value >= limit ? 'yes' : 'NO'];
}

/** The ports of a containerPortRange such as `8000-8010`, both ends included. */
export function portsIn(range: string): number[] {
  const [first = 0, last = first] = range.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** CPU units → memory in MiB. Developer guide, "Amazon ECS task definition parameters for Fargate", "Task size". */
const sizes: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: gigabytes(1, 4),
  1024: gigabytes(2, 8),
  2048: gigabytes(4, 16),
  4096: gigabytes(8, 30),
  8192: gigabytes(16, 60, 4),
  16384: gigabytes(32, 120, 8),
};

export const isFargateSize = (cpu: number, memory: number): boolean => sizes[cpu]?.includes(memory) ?? false;

/** Both ends included, in MiB. */
function gigabytes(first: number, last: number, step = 1): number[] {
  return Array.from({ length: (last - first) / step + 1 }, (_, i) => (first + i * step) * 1024);
}

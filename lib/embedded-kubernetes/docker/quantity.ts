const factors: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A quantity of Kubernetes such as `250m`, `64Mi`, `1.5` (kubectl explain pod.spec.containers.resources). @throws Error when it is none */
export function quantity(text: string | number): number {
  const [, number, unit] = /^([0-9.]+(?:e[0-9]+)?)([a-zA-Z]*)$/.exec(String(text)) ?? [];
  const factor = unit === '' ? 1 : factors[unit ?? ''];
  const amount = Number(number);
  if (factor === undefined || !Number.isFinite(amount)) {
    throw new Error(`"${text}" is no quantity: write a number with a unit such as m, Ki, Mi, Gi, M or G, e.g. 64Mi.`);
  }
  return amount * factor;
}

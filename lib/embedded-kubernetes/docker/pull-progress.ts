/** An event of a pull (Docker Engine API, ImageCreate). */
export interface PullEvent {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

const secondsBetween = 3;

/** Tells now and then how far a pull has come, from the first layer that is really downloaded. */
export class PullProgress {
  readonly #image: string;
  readonly #say: (line: string) => void;
  readonly #layers = new Map<string, { done: boolean; current: number; total: number }>();
  readonly #began = Date.now();
  #saidAt = 0;

  constructor(image: string, say: (line: string) => void) {
    this.#image = image;
    this.#say = say;
  }

  take({ id, status = '', progressDetail: { current = 0, total = 0 } = {} }: PullEvent): void {
    if (id === undefined) return;
    const layer = this.#layers.get(id) ?? { done: false, current: 0, total: 0 };
    if (status === 'Pull complete' || status === 'Already exists') layer.done = true;
    if (status === 'Downloading') Object.assign(layer, { current, total });
    if (status === 'Download complete') layer.current = layer.total;
    if (/^(Pulling fs layer|Waiting|Downloading|Already exists)/.test(status) || this.#layers.has(id)) {
      this.#layers.set(id, layer);
    }
    if (status === 'Downloading' && Date.now() - this.#saidAt >= secondsBetween * 1000) this.#tell();
  }

  /** Nothing is said of an image that was up to date. */
  finished(): void {
    const seconds = ((Date.now() - this.#began) / 1000).toFixed(1);
    if (this.#saidAt > 0) this.#say(`Pulled image ${this.#image} in ${seconds} s.`);
  }

  #tell(): void {
    this.#saidAt = Date.now();
    const layers = [...this.#layers.values()];
    const sum = (of: 'current' | 'total') => layers.reduce((all, layer) => all + layer[of], 0) / 1e6;
    const done = layers.filter((layer) => layer.done).length;
    this.#say(
      `Pulling image ${this.#image}: ${sum('current').toFixed(1)} of ${sum('total').toFixed(1)} MB, ` +
        `${done} of ${layers.length} layers.`,
    );
  }
}

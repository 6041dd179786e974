/** Says to all that wait that what they wait for is wanted no more. */
export class StopSignal {
  readonly #controller = new AbortController();

  get given(): boolean {
    return this.#controller.signal.aborted;
  }

  give(): void {
    this.#controller.abort();
  }

  /** Resolves after so many seconds, or when the signal is given. */
  pause(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000).unref();
      this.#then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** What the work results in, or undefined when the signal is given first. */
  unless<T>(work: Promise<T>): Promise<T | undefined> {
    return Promise.race([work, new Promise<undefined>((resolve) => this.#then(() => resolve(undefined)))]);
  }

  #then(listener: () => void): void {
    if (this.given) listener();
    else this.#controller.signal.addEventListener('abort', listener, { once: true });
  }
}

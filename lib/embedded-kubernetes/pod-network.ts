import type { Protocol } from './pod.ts';

export interface ContainerAddressKey {
  readonly containerPort: number;
  readonly protocol: Protocol;
}

/** Where something really listens on this host. */
export interface PortAddress {
  readonly host: string;
  readonly port: number;
}

/** The addresses of Pods are fictitious: this table says where each of their ports really listens. */
export class PodNetwork {
  readonly #listeners = new Map<string, PortAddress>();
  readonly #addresses = new Set<string>();
  #last = 1;

  /** Takes the next address of 10.244.0.0/16 that no Pod has. */
  allocate(): string {
    for (let tried = 0; tried < 65_000; tried++) {
      this.#last = this.#last >= 65_500 ? 2 : this.#last + 1;
      const address = `10.244.${this.#last >> 8}.${this.#last & 255}`;
      if (this.#addresses.has(address)) continue;
      this.#addresses.add(address);
      return address;
    }
    throw new Error('No address of 10.244.0.0/16 is free: delete some of the 65000 Pods.');
  }

  release(podIP: string): void {
    this.#addresses.delete(podIP);
  }

  open(podIP: string, { containerPort, protocol }: ContainerAddressKey, address: PortAddress): void {
    this.#listeners.set(`${podIP}:${containerPort}/${protocol}`, address);
  }

  shut(podIP: string, { containerPort, protocol }: ContainerAddressKey): void {
    this.#listeners.delete(`${podIP}:${containerPort}/${protocol}`);
  }

  find(podIP: string, containerPort: number, protocol: Protocol): PortAddress | undefined {
    return this.#listeners.get(`${podIP}:${containerPort}/${protocol}`);
  }
}

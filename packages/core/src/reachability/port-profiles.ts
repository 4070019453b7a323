import type { ContainerPort } from "../model/cluster.ts";
import type { Relevance } from "./relevance.ts";

/** What the names of ports that rules use are on a pod. */
export interface PortProfile {
  readonly id: number;
  readonly namedPorts: ReadonlyMap<string, readonly number[]>;
}

/** Named-port profiles: what a rule's port name can resolve to. */
export class PortProfiles {
  readonly #relevance: Relevance;
  readonly #sidecars: boolean;
  readonly #profiles = new Map<string, PortProfile>();

  constructor(relevance: Relevance, sidecars: boolean) {
    this.#relevance = relevance;
    this.#sidecars = sidecars;
  }

  of(ports: readonly ContainerPort[]): PortProfile {
    const named = new Map<string, Set<number>>();
    for (const port of ports) {
      if (port.name === undefined || (port.sidecar && !this.#sidecars)) continue;
      const key = `${port.protocol}/${port.name}`;
      if (!this.#relevance.portNames.has(key)) continue;
      const numbers = named.get(key);
      if (numbers === undefined) named.set(key, new Set([port.port]));
      else numbers.add(port.port);
    }
    const entries = [...named].map(([key, numbers]) => [key, [...numbers].toSorted((a, b) => a - b)] as const);
    const text = entries
      .map(([key, numbers]) => `${key}=${numbers.join()}`)
      .toSorted()
      .join(";");
    let profile = this.#profiles.get(text);
    if (profile === undefined)
      this.#profiles.set(text, (profile = { id: this.#profiles.size, namedPorts: new Map(entries) }));
    return profile;
  }
}

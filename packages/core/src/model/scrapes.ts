import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Origin } from "../source/position.ts";
import type { Selector } from "./selector.ts";

/** A port that a monitor scrapes: by the name that the Service or the pod gives it, or a port of the pods by number or name. */
export interface ScrapedPort {
  readonly port?: string;
  readonly targetPort?: number | string;
}

/** An object that declares that the pods of Services, or pods, are scraped for metrics. */
export interface ScrapeDeclaration {
  readonly ref: ObjectRef;
  readonly namespace: string;
  readonly name: string;
  /** Whose labels the selector looks at. */
  readonly of: "services" | "pods";
  readonly selector: Selector;
  readonly namespaces: readonly string[] | "any";
  readonly ports: readonly ScrapedPort[];
  readonly origin: Origin;
}

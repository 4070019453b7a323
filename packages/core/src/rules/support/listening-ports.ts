import type { Service, ServicePort, Workload } from "../../model/cluster.ts";
import { type Protocol, protocols } from "../../model/policy.ts";
import { type ClassId, ClassSet } from "../../reachability/class-set.ts";
import type { RuleContext } from "../context.ts";
import { intersectSets } from "./class-sets.ts";
import { classesByWorkload } from "./classes-by-workload.ts";
import { selectorOf } from "./dns-servers.ts";

/** Steps that following the Services to their pods may cost. */
const steps = 1_000_000;

/** A port of a Service that leads to other port numbers of its pods. */
export interface FrontPort {
  readonly service: Service;
  readonly port: ServicePort;
  /** The numbers it leads to, ascending: at least one. */
  readonly targets: readonly number[];
  readonly classes: ClassSet;
  /** The ids of the workloads behind it. */
  readonly workloads: readonly string[];
}

/** Classes by protocol and port, gathered in any order. */
class ClassesByPort {
  readonly #ids = new Map<string, Set<ClassId>>();
  readonly #sets = new Map<string, ClassSet>();
  readonly #workloads = new Map<string, Set<Workload>>();

  add(protocol: Protocol, port: number, id: ClassId, workload: Workload): void {
    const key = `${protocol}/${port}`;
    addTo(this.#ids, key, id);
    addTo(this.#workloads, key, workload);
  }

  /** What has the port: of a class there may be others that have it not. */
  workloads(protocol: Protocol, port: number): ReadonlySet<Workload> {
    return this.#workloads.get(`${protocol}/${port}`) ?? new Set();
  }

  get(protocol: Protocol, port: number): ClassSet {
    const key = `${protocol}/${port}`;
    let set = this.#sets.get(key);
    if (set === undefined) this.#sets.set(key, (set = setOf(this.#ids.get(key) ?? [])));
    return set;
  }
}

function addTo<T>(sets: Map<string, Set<T>>, key: string, item: T): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([item]));
  else set.add(item);
}

/** Where pods listen, as far as the input tells: the ports that containers declare, and those that Services lead to. */
class ListeningPorts {
  /** The classes of which any port is known. */
  readonly known: ClassSet;
  readonly #on = new ClassesByPort();
  readonly #behind = new ClassesByPort();
  readonly #fronts = new Map<string, FrontPort[]>();
  readonly #classesOf: ReadonlyMap<Workload, readonly ClassId[]>;
  /** False when the Services are too many to follow them all: then nothing can be said of a port. */
  readonly isComplete: boolean;

  constructor(context: RuleContext) {
    const known = new Set<ClassId>();
    const classesOf = classesByWorkload(context);
    this.#classesOf = classesOf;
    for (const { id, onNode, members } of context.reachability.pods.classes) {
      if (onNode) continue;
      for (const { workload } of members) {
        for (const { protocol, port } of workload.groups.flatMap(({ ports }) => ports)) {
          this.#on.add(protocol, port, id, workload);
          known.add(id);
        }
      }
    }
    const budget = context.budget.share(steps);
    for (const service of context.cluster.services) {
      const workloads = podsOf(context, service).map(({ workload }) => workload);
      if (!budget.spend(1 + workloads.length * service.ports.length)) break;
      for (const port of service.ports) {
        for (const workload of workloads) {
          const ids = classesOf.get(workload) ?? [];
          for (const target of targetsOf(port, workload)) {
            for (const id of ids) {
              this.#on.add(port.protocol, target, id, workload);
              known.add(id);
            }
          }
        }
        this.#addFront(service, port, workloads, classesOf);
      }
    }
    context.budget.charge(budget, steps);
    this.isComplete = !budget.exhausted;
    this.known = setOf(known);
  }

  /** The classes that listen on a port. */
  on(protocol: Protocol, port: number): ClassSet {
    return this.#on.get(protocol, port);
  }

  /** The ids of the workloads of these classes that listen on a port, sorted. */
  workloadsOn(protocol: Protocol, port: number, classes: ClassSet): readonly string[] {
    const ids = new Set<string>();
    const listening = this.#on.workloads(protocol, port);
    for (const workload of listening)
      if ((this.#classesOf.get(workload) ?? []).some((id) => classes.has(id))) ids.add(workload.id);
    return [...ids].toSorted();
  }

  /** The classes that listen on a port, of any protocol but one. */
  onOther(protocol: Protocol, port: number): readonly (readonly [Protocol, ClassSet])[] {
    return protocols.flatMap((other) => {
      const classes = other === protocol ? ClassSet.empty : this.on(other, port);
      return classes.size === 0 ? [] : [[other, classes] as const];
    });
  }

  /** The classes behind a Service that has this port and leads elsewhere. */
  behind(protocol: Protocol, port: number): ClassSet {
    return this.#behind.get(protocol, port);
  }

  /** The Services with this port that lead some of these classes elsewhere, in the order of the input. */
  frontsOf(ofClasses: ClassSet, protocol: Protocol, port: number): readonly FrontPort[] {
    const fronts = this.#fronts.get(`${protocol}/${port}`) ?? [];
    return fronts.filter(({ classes }) => intersectSets(classes, ofClasses).size > 0);
  }

  #addFront(
    service: Service,
    port: ServicePort,
    workloads: readonly Workload[],
    classesOf: ReadonlyMap<Workload, readonly ClassId[]>,
  ): void {
    const targets = new Set(workloads.flatMap((workload) => targetsOf(port, workload)));
    if (targets.size === 0 || targets.has(port.port)) return;
    const ids = new Set<ClassId>();
    for (const workload of workloads) {
      for (const id of classesOf.get(workload) ?? []) {
        ids.add(id);
        this.#behind.add(port.protocol, port.port, id, workload);
      }
    }
    const key = `${port.protocol}/${port.port}`;
    const front = {
      service,
      port,
      targets: [...targets].toSorted((a, b) => a - b),
      classes: setOf(ids),
      workloads: [...new Set(workloads.map(({ id }) => id))],
    };
    const fronts = this.#fronts.get(key);
    if (fronts === undefined) this.#fronts.set(key, [front]);
    else fronts.push(front);
  }
}

/** Where pods listen, found once per cluster. */
export function listeningPorts(context: RuleContext): ListeningPorts {
  return context.once(find);
}

function find(context: RuleContext): ListeningPorts {
  return new ListeningPorts(context);
}

/** The pods behind a Service. One without a selector has Endpoints that are managed by hand. */
export function podsOf(
  context: RuleContext,
  { selector, namespace }: Service,
): readonly { readonly workload: Workload }[] {
  if (selector === undefined || Object.keys(selector).length === 0) return [];
  return context.podLabels.matching(selectorOf(selector), namespace).filter(({ onNode }) => !onNode);
}

/** "targetPort: number or name of the port to access on the pods. If this is a string, it will be looked up as a named port". */
export function targetsOf({ targetPort, protocol }: ServicePort, { groups }: Workload): readonly number[] {
  if (typeof targetPort === "number") return [targetPort];
  const ports = groups.flatMap((group) => group.ports);
  return ports.filter((port) => port.name === targetPort && port.protocol === protocol).map(({ port }) => port);
}

function setOf(ids: Iterable<ClassId>): ClassSet {
  return ClassSet.fromSorted([...ids].toSorted((a, b) => a - b));
}

import type { ObjectRef, Report } from "../diagnostics/diagnostic.ts";
import type { IngressRoute, Namespace, NotEvaluatedObject, Service } from "../model/cluster.ts";
import type { Policy, RefusedPolicy } from "../model/policy.ts";
import type { WrittenSuppression } from "../model/suppression.ts";
import type { ParsedCidr } from "../sets/address-set.ts";
import type { Origin, PathStep } from "../source/position.ts";
import { Duplicates } from "./duplicates.ts";
import { ObjectStore } from "./object-store.ts";
import type { PodDraft, WorkloadDraft } from "./pod-owner.ts";
import { kindAndName } from "./pod-owner.ts";

/** How to read a cluster. */
export interface DraftOptions {
  readonly defaultNamespace: string;
  readonly live: boolean;
}

/**
 * What has been read so far. "Same kind, namespace and name twice: the last in input order wins": an object is put in the place
 * of its identity, and putting one over another is remembered as a duplicate.
 */
export class ClusterDraft {
  readonly defaultNamespace: string;
  readonly live: boolean;
  readonly report: Report;
  /** Where in the object that is being read the cursor is: one array for all, since they are read one after the other. */
  readonly path: PathStep[] = [];
  readonly cidrs: Map<string, ParsedCidr> = new Map();
  readonly duplicates: Duplicates = new Duplicates();
  readonly namespaces: Map<string, Namespace> = new Map();
  readonly pods: ObjectStore<PodDraft> = new ObjectStore();
  readonly workloads: ObjectStore<WorkloadDraft> = new ObjectStore();
  readonly services: ObjectStore<Service> = new ObjectStore();
  readonly routes: ObjectStore<IngressRoute> = new ObjectStore();
  readonly policies: ObjectStore<Policy> = new ObjectStore();
  readonly refusedPolicies: RefusedPolicy[] = [];
  readonly notEvaluated: NotEvaluatedObject[] = [];
  readonly suppressions: WrittenSuppression[] = [];
  #nextIndex = 0;

  constructor(options: DraftOptions, report: Report) {
    this.defaultNamespace = options.defaultNamespace;
    this.live = options.live;
    this.report = report;
  }

  /** The position of the next policy in the input. */
  nextIndex(): number {
    return this.#nextIndex++;
  }

  putNamespace(namespace: Namespace): void {
    const earlier = this.namespaces.get(namespace.name)?.origin;
    if (earlier !== undefined && namespace.origin !== undefined) {
      this.duplicates.add({ apiVersion: "v1", kind: "Namespace", name: namespace.name }, earlier, namespace.origin);
    }
    this.namespaces.set(namespace.name, namespace);
  }

  putPod(pod: PodDraft): void {
    this.#noteDuplicate(this.pods.put(pod.namespace, pod.name, pod), pod);
  }

  putWorkload(workload: WorkloadDraft): void {
    const { namespace, name, ref } = workload;
    this.#noteDuplicate(this.workloads.put(namespace, kindAndName(ref.kind, name), workload), workload);
  }

  putService(service: Service): void {
    const { namespace, name, origin } = service;
    const earlier = this.services.put(namespace, name, service);
    if (earlier !== undefined)
      this.duplicates.add({ apiVersion: "v1", kind: "Service", namespace, name }, earlier.origin, origin);
  }

  putRoute(route: IngressRoute): void {
    const { namespace, name, ref } = route;
    this.#noteDuplicate(this.routes.put(namespace, kindAndName(ref.kind, name), route), route);
  }

  putPolicy(policy: Policy, namespace: string): void {
    this.#noteDuplicate(this.policies.put(namespace, policy.name, policy), policy);
  }

  refuse(policy: RefusedPolicy): void {
    this.refusedPolicies.push(policy);
  }

  putNotEvaluated(object: NotEvaluatedObject): void {
    this.notEvaluated.push(object);
  }

  #noteDuplicate(earlier: Written | undefined, later: Written): void {
    if (earlier !== undefined) this.duplicates.add(later.ref, earlier.origin, later.origin);
  }
}

interface Written {
  readonly ref: ObjectRef;
  readonly origin: Origin;
}

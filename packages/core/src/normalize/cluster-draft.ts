import type { ObjectRef, Report } from "../diagnostics/diagnostic.ts";
import type { ApiServerCall, ClusterNode, Namespace, NotEvaluatedObject, Service } from "../model/cluster.ts";
import type { UnrenderedKind } from "../model/input-summary.ts";
import type { Gateway, IngressRoute, ReferenceGrant } from "../model/routes.ts";
import type { Policy } from "../model/policy.ts";
import type { FileBuild } from "../model/file-build.ts";
import type { ScrapeDeclaration } from "../model/scrapes.ts";
import type { OverwrittenPolicy } from "../model/overwritten-policy.ts";
import type { Release } from "../model/release.ts";
import type { RefusedPolicy } from "../model/refused-policy.ts";
import type { WrittenSuppression } from "../model/suppression.ts";
import type { RawValue } from "../parse/document.ts";
import type { ParsedCidr } from "../sets/address-set.ts";
import type { NodePath, Origin, PathStep } from "../source/position.ts";
import { CalicoDraft, type SliceDraft } from "./calico/calico-draft.ts";
import { CiliumDraft } from "./cilium/cilium-draft.ts";
import type { DeployedDirectory } from "./deployed-namespaces.ts";
import type { ChartSource } from "./facts/chart-sources.ts";
import type { Duplicate } from "./alternative-directories.ts";
import { Duplicates } from "./duplicates.ts";
import { FactsDraft } from "./facts/facts-draft.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import { ReadValues } from "./read-once.ts";
import { ObjectStore } from "./object-store.ts";
import type { Placeholder } from "./placeholder.ts";
import { noValue } from "../model/unset-variable.ts";
import { escapeMisleading, shownPath } from "./quote.ts";
import { groupOf, isMapping, type RawMapping, type RawObject } from "./raw-object.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import type { PodDraft, WorkloadDraft } from "./pod-owner.ts";
import { kindAndName } from "./pod-owner.ts";

/** What is known of the files beside what is in them. Without it each file stands for itself. */
export interface FileFacts {
  /** The files that are left unread, because they say nothing before they are rendered. */
  readonly unrendered: ReadonlyMap<string, UnrenderedKind>;
  /** What would bring in manifests that are not in the input, and as what it is counted. */
  readonly generators: readonly { readonly kind: string; readonly name: string }[];
  /** The charts that kustomizations have rendered, whose values tell of the cluster. */
  readonly charts: readonly {
    readonly file: string;
    readonly name: string;
    readonly version: RawValue | undefined;
    readonly values: RawMapping;
    readonly hasOthers: boolean;
  }[];
  /** The namespaces of the policies that a template makes; undefined stands for any, and nothing for no policy. */
  policiesOf(file: string): readonly (string | undefined)[];
  /** The namespace that a kustomization sets for all objects of a file. */
  namespaceOf(file: string): string | undefined;
  /** The namespaces that kustomizations set for all objects of a file, where they do not agree; undefined for one that sets none. */
  namespacesOf(file: string): readonly (string | undefined)[];
  /** The namespaces, where all of these set one, and not the same: what is in the file is built into each. Else empty. */
  severalNamespacesOf(file: string): readonly string[];
  /** The namespace that a tool puts objects of a file into that name none themselves. */
  namespaceOfUnnamed(file: string): string | undefined;
  /** The directories that tools deploy. */
  readonly deployments: readonly DeployedDirectory[];
  /** Those of them of which all is read: their files, kinds and names. */
  readonly followed: ReadonlySet<string>;
  /** Those of which a file is a part. */
  deploymentsOf(file: string): readonly DeployedDirectory[];
  /** The kustomization that changes the labels of what is in a file, or what it selects by; undefined when none does. */
  relabelledBy(file: string): { readonly directory: string; readonly deployment?: DeployedDirectory } | undefined;
  /** The directory of a kustomization beside a file that builds other files and not this one, where nothing else builds it. */
  passedOverBy(file: string): string | undefined;
  /** Whether the patch of any kustomization takes something out: most inputs have none, and no object is asked about. */
  readonly deletesAny: boolean;
  /** The kustomization whose patch takes an object out of what is built of its file; undefined where it stays. */
  deletedBy(
    file: string,
    object: { readonly group: string; readonly kind: string; readonly name: string; readonly namespace?: string },
  ): string | undefined;
  /** The kustomizations that build what is in a file; undefined where none does. */
  buildOf(file: string): FileBuild | undefined;
  /** Whether two files are never built together, so that equal objects in them are no duplicates. */
  areAlternatives(one: string, other: string): boolean;
}

/** How to read a cluster. */
export interface DraftOptions {
  readonly files?: FileFacts;
  readonly defaultNamespace: string;
  readonly live: boolean;
}

/**
 * What has been read so far. "Same kind, namespace and name twice: the last in input order wins": an object is put in the place
 * of its identity, and putting one over another is remembered as a duplicate.
 */
export class ClusterDraft {
  readonly defaultNamespace: string;
  /** What is being read came from an API server. */
  live: boolean;
  readonly report: Report;
  /** Where in the object that is being read the cursor is: one array for all, since they are read one after the other. */
  readonly path: PathStep[] = [];
  readonly cidrs: Map<string, ParsedCidr> = new Map();
  readonly read: ReadValues = new ReadValues();
  readonly duplicates: Duplicates = new Duplicates();
  readonly namespaces: Map<string, Namespace> = new Map();
  readonly pods: ObjectStore<PodDraft> = new ObjectStore();
  readonly workloads: ObjectStore<WorkloadDraft> = new ObjectStore();
  readonly services: ObjectStore<Service> = new ObjectStore();
  readonly routes: ObjectStore<IngressRoute> = new ObjectStore();
  readonly gateways: Map<string, Gateway> = new Map();
  readonly grants: Map<string, ReferenceGrant> = new Map();
  readonly scrapes: ScrapeDeclaration[] = [];
  readonly apiServerCalls: ApiServerCall[] = [];
  readonly policies: ObjectStore<Policy> = new ObjectStore();
  readonly nodes: Map<string, ClusterNode> = new Map();
  readonly calico: CalicoDraft = new CalicoDraft();
  readonly cilium: CiliumDraft = new CiliumDraft();
  readonly endpoints: SliceDraft[] = [];
  readonly facts: FactsDraft = new FactsDraft();
  readonly refusedPolicies: RefusedPolicy[] = [];
  readonly overwrittenPolicies: OverwrittenPolicy[] = [];
  readonly notEvaluated: NotEvaluatedObject[] = [];
  readonly suppressions: WrittenSuppression[] = [];
  readonly unrendered: Map<string, UnrenderedKind>;
  /** Objects of which one alternative is read. */
  alternatives = 0;
  /** What would bring in objects that are not in the input. */
  readonly notFollowed: ObjectRef[] = [];
  readonly releases: Release[] = [];
  /** What HelmReleases may take their charts from, and those of which all must be read to tell what they install. */
  readonly chartSources: ChartSource[] = [];
  readonly referring: RawObject[] = [];
  readonly #files: FileFacts | undefined;
  /** Objects with fields that are not rendered: nothing is known of them. */
  readonly #open = new Set<Origin>();
  readonly #refused = new Set<RawObject>();
  #nextIndex = 0;

  constructor(options: DraftOptions, report: Report) {
    this.defaultNamespace = options.defaultNamespace;
    this.live = options.live;
    this.#files = options.files;
    this.unrendered = new Map(options.files?.unrendered);
    this.report = report;
  }

  /** The position of the next policy in the input. */
  nextIndex(): number {
    return this.#nextIndex++;
  }

  /** Reads what came from an API server among what did not. */
  readStored(read: () => void): void {
    const { live } = this;
    this.live = true;
    read();
    this.live = live;
  }

  /** Whether what an object deploys is in the input, and read as its own. */
  isFollowed({ kind, name }: ObjectRef, { locator }: Origin): boolean {
    return this.#files?.followed.has(`${locator.file}\u0000${kind}\u0000${name}`) === true;
  }

  /** Takes note of an object that the API server would refuse. An arrow: cursors call it as they find it. */
  readonly putRefused = (object: RawObject): void => void this.#refused.add(object);

  isRefused(object: RawObject): boolean {
    return this.#refused.has(object);
  }

  putNamespace(namespace: Namespace): void {
    const earlier = this.namespaces.get(namespace.name)?.origin;
    if (earlier !== undefined && namespace.origin !== undefined) {
      const ref = { apiVersion: "v1", kind: "Namespace", name: namespace.name };
      this.#noteDuplicate({ ref, origin: earlier }, { ref, origin: namespace.origin });
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
    const ref = { apiVersion: "v1", kind: "Service", namespace, name };
    if (earlier !== undefined) this.#noteDuplicate({ ref, origin: earlier.origin }, { ref, origin });
  }

  putRoute(route: IngressRoute): void {
    const { namespace, name, ref } = route;
    this.#noteDuplicate(this.routes.put(namespace, kindAndName(ref.kind, name), route), route);
  }

  putPolicy(policy: Policy): void {
    const { ref, namespace = "", name } = policy;
    const key = isNetworkPolicy(policy) ? name : kindAndName(`${groupOf(ref.apiVersion)}/${ref.kind}`, name);
    this.notePolicy(this.policies.put(namespace, key, policy), policy);
  }

  /** Takes note that a policy has taken the place of an earlier one, where there was one. */
  notePolicy(earlier: Written | undefined, later: Written): void {
    if (earlier === undefined) return;
    this.#addDuplicate({ ref: later.ref, isPolicy: true, earlier: earlier.origin, later: later.origin });
    this.overwrittenPolicies.push({ ref: later.ref, origin: earlier.origin });
  }

  putNode(node: ClusterNode): void {
    this.nodes.set(node.name, node);
  }

  refuse(policy: RefusedPolicy): void {
    if (!this.#open.has(policy.origin)) this.refusedPolicies.push(policy);
  }

  putNotEvaluated(object: NotEvaluatedObject): void {
    this.notEvaluated.push(object);
  }

  /** Takes note of a field that is not rendered. An arrow: cursors call it as they find it. */
  readonly putUnrendered = (at: ObjectCursor, { type, text }: Placeholder, path: NodePath): void => {
    const { origin } = at.object;
    this.#open.add(origin);
    if (type === "template") return void this.unrendered.set(origin.locator.file, "template");
    const shown = escapeMisleading(text.slice(0, maxShown));
    const name = /\w+/.exec(shown)?.[0] ?? "";
    const reason = `${shownPath(path)} is ${shown}, ${noValue}: --set-var ${name}=VALUE gives it one`;
    const ref = at.ref.name === "" ? { ...at.ref, name: writtenName(at.object.value["metadata"]) } : at.ref;
    this.putNotEvaluated({ ref, reason, origin });
  };

  #noteDuplicate(earlier: Written | undefined, later: Written): void {
    if (earlier === undefined) return;
    this.#addDuplicate({ ref: later.ref, isPolicy: false, earlier: earlier.origin, later: later.origin });
  }

  #addDuplicate(duplicate: Duplicate): void {
    const { earlier, later } = duplicate;
    if (this.#files?.areAlternatives(earlier.locator.file, later.locator.file) === true) this.alternatives++;
    else this.duplicates.add(duplicate);
  }
}

/** The name as it is written, whatever is in it. */
function writtenName(metadata: RawValue | undefined): string {
  const name = isMapping(metadata) ? metadata["name"] : undefined;
  return typeof name === "string" ? escapeMisleading(name.slice(0, maxShown)) : "";
}

/** How much of a placeholder is shown. */
const maxShown = 60;

interface Written {
  readonly ref: ObjectRef;
  readonly origin: Origin;
}

import { basisOf } from "../proof/basis-of.ts";
import { inScope, scopeOf } from "./scope.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Assumptions } from "../model/assumptions.ts";
import { withAskedPods } from "../query/asked-pods.ts";
import { answerCan, type CanAnswer, type Question, readQuestion } from "../query/can.ts";
import { answerFromIngressController, ingressController } from "../query/from-ingress-controller.ts";
import { withUnreadPolicies } from "../query/unread-policies.ts";
import { type ListedEndpoint, listEndpoints } from "../reachability/endpoints.ts";
import type { Domains } from "../reachability/address-peers.ts";
import type { ReachabilityOptions } from "../reachability/options.ts";
import { Reachability } from "../reachability/reachability.ts";
import type { ConnectivityCounts } from "../answers/connectivity.ts";
import { usedAssumptions } from "../query/used-assumptions.ts";
import type { Verdict } from "../answers/verdict.ts";
import { apiVersion } from "../answers/api-version.ts";
import { parseAddress } from "../sets/address.ts";
import { assumptionsOf } from "../semantics/dataplane.ts";
import type { RequestView } from "../model/requests.ts";
import { identityNamed } from "../query/asked-identity.ts";
import { asksForIcmp } from "../query/asked-port.ts";
import { learning, outsideName } from "../query/asked-name.ts";
import { normalName } from "../semantics/dns-names.ts";
import { underName } from "../semantics/under-name.ts";
import { underRequests } from "../semantics/under-requests.ts";
import { underAssumptions } from "../semantics/under-assumptions.ts";
import { type AddressSet, parseCidr } from "../sets/address-set.ts";
import { unionAll } from "../sets/interval-set.ts";
import { checkConnectivityOptions } from "./check-options.ts";
import { checkCluster } from "../lib/check-argument.ts";
import { type Stopwatch, timed } from "../lib/stopwatch.ts";
import { type StopSignal, stoppable } from "../lib/stoppable.ts";
import { UsageError } from "../lib/usage-error.ts";

/** What every question about connectivity can be given. */
export interface ConnectivityOptions {
  /** Answers to what Kubernetes leaves open; those not given take their defaults. */
  readonly assumptions?: Partial<Assumptions>;
  /** The CIDRs that pods get their addresses from, where known. */
  readonly podCidrs?: readonly string[];
  /** The addresses that names of DNS resolve to, by name: without them a rule about a name matches possibly, not certainly. */
  readonly domains?: Domains;
  /** Reserved identities of Cilium to speak of, as `host`, beside those that policies name. */
  readonly reserved?: readonly string[];
  /** Tell ICMP apart even where no policy speaks of it. */
  readonly icmp?: boolean;
  /** How limits on requests are read. Default: `some`, a port is open where some request passes. */
  readonly requests?: RequestView;
  /** Stops the work: it then throws the signal's reason. */
  readonly signal?: StopSignal;
  /** Report only connections with an end in one of these namespaces. Everything is still analysed. Default: all. */
  readonly namespaces?: readonly string[];
  /** Takes the time of the stages of the analysis. */
  readonly stopwatch?: Stopwatch | undefined;
}

/** The assumptions: those that were given, else what the input itself tells, else the defaults. */
export function completeAssumptions(
  options: ConnectivityOptions,
  ...clusters: readonly Pick<Cluster, "assumed">[]
): Assumptions {
  return assumptionsOf(options.assumptions, ...clusters);
}

/** Builds the reachability relation of a cluster. Throws a UsageError for malformed `podCidrs` or `domains`. */
export function buildReachability(cluster: Cluster, options: ConnectivityOptions = {}): Reachability {
  checkCluster("npa", cluster);
  const known = reachabilityOptions(options, cluster);
  return stoppable(options.signal, () =>
    timed(
      options.stopwatch,
      "engine",
      () =>
        new Reachability(
          underRequests(underAssumptions(cluster, known.assumptions), options.requests ?? "some"),
          known,
        ),
    ),
  );
}

/** The options of the relation. Throws a UsageError for malformed `podCidrs` or `domains`. */
export function reachabilityOptions(
  options: ConnectivityOptions,
  ...clusters: readonly Pick<Cluster, "assumed">[]
): ReachabilityOptions {
  checkConnectivityOptions(options);
  const podCidrs = podAddresses(options.podCidrs ?? []);
  const { domains } = options;
  for (const text of Object.values(domains ?? {}).flat())
    if (parseAddress(text) === undefined)
      throw new UsageError(`${JSON.stringify(text)} is not an address: write it like 203.0.113.7`);
  return {
    assumptions: completeAssumptions(options, ...clusters),
    ...(podCidrs === undefined ? {} : { podCidrs }),
    ...(domains === undefined ? {} : { domains }),
    ...(options.reserved === undefined ? {} : { reserved: options.reserved }),
    ...(options.icmp === undefined ? {} : { icmp: options.icmp }),
  };
}

function podAddresses(cidrs: readonly string[]): AddressSet | undefined {
  if (cidrs.length === 0) return undefined;
  return unionAll(
    cidrs.map((cidr) => {
      const parsed = parseCidr(cidr);
      if (parsed === undefined)
        throw new UsageError(`${JSON.stringify(cidr)} is not a CIDR: write it like 10.244.0.0/16`);
      return parsed.addresses;
    }),
  );
}

/** How much may talk to how much: exact figures, with nothing expanded. With `namespaces`, of what has to do with them. */
export function countConnectivity(cluster: Cluster, options: ConnectivityOptions = {}): ConnectivityCounts {
  const reachability = buildReachability(cluster, options);
  return {
    apiVersion,
    kind: "ConnectivityCounts",
    policies: inScope(cluster.policies, scopeOf(options.namespaces)).length,
    ...stoppable(options.signal, () =>
      timed(options.stopwatch, "engine", () => reachability.counts(scopeOf(options.namespaces))),
    ),
    ...basisOf(cluster, completeAssumptions(options, cluster)),
  };
}

/** A question, asked of a cluster. */
export interface AskedQuestion {
  /** With the pods of the question that are not in the input. */
  readonly cluster: Cluster;
  readonly reachability: Reachability;
  readonly endpoints: readonly ListedEndpoint[];
  /** As the cluster understands it. */
  readonly question: Question;
  readonly answer: CanAnswer & Pick<Verdict, "restsOn">;
}

/** Asks a cluster a question. Throws a UsageError when a name is not in the input. */
export function askCluster(
  cluster: Cluster,
  question: Omit<Question, "defaultNamespace"> & Partial<Question>,
  options: ConnectivityOptions,
): AskedQuestion {
  checkCluster("can", cluster);
  if (typeof question?.source !== "string" || typeof question.target !== "string")
    throw new TypeError('can takes a cluster and a question: can(cluster, { source: "shop/web", target: "shop/db" })');
  const { defaultNamespace = "default", source, target } = question;
  const asked = withAskedPods(cluster, [source, target], defaultNamespace);
  const understood: Question = {
    ...question,
    defaultNamespace,
    source: asked.idOf.get(source) ?? source,
    target: asked.idOf.get(target) ?? target,
  };
  const known = answerOn(asked.cluster, understood, options);
  return { ...known, answer: { ...known.answer, notes: [...asked.notes, ...known.answer.notes] } };
}

/** The same of a cluster that has all pods of the question. */
export function answerOn(cluster: Cluster, question: Question, asked: ConnectivityOptions): AskedQuestion {
  const options = {
    ...asked,
    reserved: [...(asked.reserved ?? []), ...identitiesOf(cluster, question)],
    ...(asksForIcmp(question) ? { icmp: true } : {}),
  };
  const relation = (of: Cluster, { request }: Question = question): Reachability =>
    buildReachability(of, request === undefined ? options : { ...options, requests: request });
  const reachability = relation(cluster);
  const endpoints = listEndpoints(reachability);
  const { source, target, defaultNamespace } = question;
  const name = outsideName(target, endpoints, defaultNamespace);
  if (name === undefined) return answerIn(reachability, endpoints, question, cluster);
  const given = Object.entries(options.domains ?? {}).find(([each]) => normalName(each) === name)?.[1] ?? [];
  const [address, ...others] = given;
  if (address !== undefined && others.length === 0) return answerOn(cluster, { ...question, target: address }, options);
  const { unseen, notes } = learning(source, name, reachability, endpoints, defaultNamespace);
  const named = withHost(question, name);
  const forName = relation(underName(cluster, name, unseen, reachability.options.assumptions), named);
  const known = answerIn(forName, listEndpoints(forName), named, cluster);
  return {
    ...known,
    answer: { ...known.answer, notes: [...(known.answer.answer === "no" ? [] : notes), ...known.answer.notes] },
  };
}

/** The reserved identities that a question names. */
function identitiesOf(cluster: Cluster, { source, target, defaultNamespace }: Question): readonly string[] {
  return identitiesNamed(cluster, [source, target], defaultNamespace);
}

/** The reserved identities that names stand for. */
export function identitiesNamed(
  { workloads }: Cluster,
  names: readonly string[],
  defaultNamespace: string,
): readonly string[] {
  const isWorkload = (name: string): boolean =>
    workloads.some((workload) => workload.name === name && workload.namespace === defaultNamespace);
  return names.flatMap((text) => identityNamed(text, isWorkload) ?? []);
}

/** A request to a name is for the host of that name, unless it names another. */
function withHost(question: Question, name: string): Question {
  const { request } = question;
  if (request?.type !== "http" || request.host !== undefined) return question;
  return { ...question, request: { ...request, host: name } };
}

function answerIn(
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
  question: Question,
  cluster: Cluster,
): AskedQuestion {
  const isRouted = question.source === ingressController;
  const known = (isRouted ? answerFromIngressController : answerCan)(reachability, endpoints, question);
  const restsOn = isRouted
    ? []
    : usedAssumptions(reachability, readQuestion(reachability, endpoints, question), cluster.policies);
  const answer = { ...withUnreadPolicies(known, reachability, endpoints), restsOn };
  return { cluster, reachability, endpoints, question, answer };
}

/** May `source` reach `target`? Throws a UsageError when a name is not in the input. */
export function can(
  cluster: Cluster,
  question: Omit<Question, "defaultNamespace"> & Partial<Question>,
  options: ConnectivityOptions = {},
): Verdict {
  const { answer } = stoppable(options.signal, () => askCluster(cluster, question, options));
  return { apiVersion, kind: "Verdict", ...answer, ...basisOf(cluster, completeAssumptions(options, cluster)) };
}

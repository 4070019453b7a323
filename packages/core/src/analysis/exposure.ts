import { apiVersion } from "../answers/api-version.ts";
import { basisOf } from "../proof/basis-of.ts";
import type { ExposedWorkload, ExposureReport, UnprotectedWorkload } from "../answers/exposure.ts";
import { checkCluster } from "../lib/check-argument.ts";
import type { Cluster } from "../model/cluster.ts";
import { directions } from "../model/policy.ts";
import { doorsOf } from "../query/doors.ts";
import { exposedWorkloads } from "../query/exposure.ts";
import { isStandIn, withStandIns } from "../query/stand-ins.ts";
import { listEndpoints } from "../reachability/endpoints.ts";
import { buildReachability, type ConnectivityOptions, completeAssumptions } from "./connectivity.ts";
import { effectOf, mayConcern } from "../semantics/unknown-effect.ts";
import { stoppable } from "../lib/stoppable.ts";

/**
 * What each workload is open to, in and out: addresses outside, every pod there could be, whole namespaces, pods of some
 * labels whether there are any or not; and the ways in from outside. With `namespaces`, of the workloads there.
 */
export function exposure(cluster: Cluster, options: ConnectivityOptions = {}): ExposureReport {
  return stoppable(options.signal, () => exposureOf(cluster, options));
}

function exposureOf(cluster: Cluster, options: ConnectivityOptions): ExposureReport {
  checkCluster("exposure", cluster);
  const standIns = withStandIns(cluster);
  const reachability = buildReachability(standIns.cluster, options);
  const endpoints = listEndpoints(reachability);
  const real = endpoints.filter(({ workload }) => workload === undefined || !isStandIn(workload));
  const { namespaces = [] } = options;
  const namespaceOf = new Map(real.map(({ endpoint, workload }) => [endpoint.id, workload?.namespace]));
  const wanted = new Set(
    real.flatMap(({ endpoint, workload }) =>
      workload !== undefined && (namespaces.length === 0 || namespaces.includes(workload.namespace))
        ? [endpoint.id]
        : [],
    ),
  );
  const workloads = exposedWorkloads(reachability, endpoints, standIns).filter(({ id }) => wanted.has(id));
  return {
    apiVersion,
    kind: "ExposureReport",
    workloads,
    unprotected: workloads.flatMap((workload) => unprotected(workload, namespaceOf.get(workload.id) ?? "", cluster)),
    doors: doorsOf(reachability, real).filter(
      ({ backend, object }) =>
        namespaces.length === 0 ||
        (backend === undefined ? namespaces.includes(object.namespace ?? "") : wanted.has(backend)),
    ),
    ...basisOf(cluster, completeAssumptions(options, cluster)),
  };
}

function unprotected(
  workload: ExposedWorkload,
  namespace: string,
  { notEvaluated }: Cluster,
): readonly UnprotectedWorkload[] {
  const open = directions.filter((direction) => !workload[direction].isolated);
  if (open.length === 0) return [];
  const denying = notEvaluated.filter((object) => mayConcern(object, namespace)).map(effectOf);
  const uncertain = open.filter(
    (direction) =>
      workload[direction].mayBeIsolated === true || denying.some(({ denies }) => denies?.includes(direction) === true),
  );
  return [{ id: workload.id, directions: open, ...(uncertain.length === 0 ? {} : { uncertain }) }];
}

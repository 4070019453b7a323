import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import type { KindReader } from "./kind-reader.ts";
import { placeholderAt } from "./placeholder.ts";
import type { RawValue } from "../parse/document.ts";
import { isDnsSubdomain } from "../semantics/names.ts";
import type { UnknownEffect } from "../model/cluster.ts";
import { directions } from "../model/policy.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { emptyMapping, groupOf, isMapping } from "./raw-object.ts";

/** A kind that changes what the network allows, or what runs on it, and is not evaluated. */
interface NamedKind {
  readonly kind: string;
  /** The groups it belongs to. Absent: any. */
  readonly groups?: readonly string[];
  /** What is not taken into account. */
  readonly effect: string;
  readonly mayChange: UnknownEffect;
  /** It is a policy, which its name does not say. */
  readonly isPolicy?: true;
  /** Whether an object is concerned at all. Absent: each. */
  readonly concerns?: (spec: RawMapping) => boolean;
}

const anything: UnknownEffect = { allows: directions, denies: directions };
const deniesIngress: UnknownEffect = { denies: ["ingress"] };
const deniesEgress: UnknownEffect = { denies: ["egress"] };

/** Kinds of other projects (or of later APIs) that change what the network allows. */
const policyKinds: readonly NamedKind[] = [
  { kind: "AdminNetworkPolicy", effect: "its rules come before every NetworkPolicy", mayChange: anything },
  {
    kind: "BaselineAdminNetworkPolicy",
    effect: "its rules apply where no NetworkPolicy selects a pod",
    mayChange: { denies: directions },
  },
  {
    kind: "ClusterNetworkPolicy",
    effect: "its rules come before every NetworkPolicy or, in the Baseline tier, after them",
    mayChange: anything,
  },
  { kind: "CiliumNetworkPolicy", effect: "Cilium enforces it beside the NetworkPolicies", mayChange: anything },
  {
    kind: "CiliumClusterwideNetworkPolicy",
    effect: "Cilium enforces it beside the NetworkPolicies",
    mayChange: anything,
  },
  {
    kind: "NetworkPolicy",
    effect: "its network plugin enforces it beside the NetworkPolicies of Kubernetes",
    mayChange: anything,
  },
  { kind: "GlobalNetworkPolicy", effect: "Calico enforces it in every namespace", mayChange: anything },
  { kind: "MultiNetworkPolicy", effect: "it applies to additional networks of pods", mayChange: {} },
  {
    kind: "UserDefinedNetwork",
    groups: ["k8s.ovn.org"],
    effect: "OVN-Kubernetes isolates the pods of its namespace from all others",
    mayChange: { denies: directions },
    concerns: isPrimary,
  },
  {
    kind: "ClusterUserDefinedNetwork",
    groups: ["k8s.ovn.org"],
    effect: "OVN-Kubernetes isolates the pods of the namespaces that it selects from all others",
    mayChange: { denies: directions },
    concerns: ({ network }) => isMapping(network) && isPrimary(network),
  },
  {
    kind: "AuthorizationPolicy",
    groups: ["security.istio.io"],
    effect: "Istio allows or denies requests by it, on top of the network",
    mayChange: deniesIngress,
  },
  {
    kind: "PeerAuthentication",
    groups: ["security.istio.io"],
    effect: "Istio refuses connections without mutual TLS by it",
    mayChange: deniesIngress,
    concerns: ({ mtls }) => isMapping(mtls) && mtls["mode"] === "STRICT",
  },
  {
    kind: "AuthorizationPolicy",
    groups: ["policy.linkerd.io"],
    effect: "Linkerd allows or denies requests by it, on top of the network",
    mayChange: deniesIngress,
  },
  {
    kind: "MeshTrafficPermission",
    groups: ["kuma.io"],
    effect: "Kuma allows or denies requests by it, on top of the network",
    mayChange: deniesIngress,
  },
  {
    kind: "ServiceIntentions",
    groups: ["consul.hashicorp.com"],
    effect: "Consul allows or denies requests by it, on top of the network",
    mayChange: deniesIngress,
  },
  {
    kind: "Tenant",
    groups: ["capsule.clastix.io"],
    effect: "Capsule makes the NetworkPolicies in it in every namespace of the tenant",
    mayChange: anything,
    concerns: ({ networkPolicies }) => isMapping(networkPolicies),
  },
  {
    kind: "HierarchyConfiguration",
    groups: ["hnc.x-k8s.io"],
    effect: "the hierarchical namespace controller copies the NetworkPolicies of the parent to its namespace",
    mayChange: anything,
    concerns: ({ parent }) => parent !== undefined,
  },
  { kind: "EgressFirewall", effect: "OVN-Kubernetes denies egress by it", mayChange: deniesEgress, isPolicy: true },
  { kind: "EgressNetworkPolicy", effect: "OpenShift SDN denies egress by it", mayChange: deniesEgress },
];

/** "role: Primary ... The primary network is the pod's default network". */
function isPrimary(spec: RawMapping): boolean {
  return ["layer2", "layer3"].some((field) => {
    const topology = spec[field];
    return isMapping(topology) && topology["role"] === "Primary";
  });
}

/** Kinds whose operators make pods, by group: the pods are not in the input. */
const operatedKinds: Readonly<Record<string, readonly string[]>> = {
  "monitoring.coreos.com": ["Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"],
  "kafka.strimzi.io": [
    "Kafka",
    "KafkaNodePool",
    "KafkaConnect",
    "KafkaBridge",
    "KafkaMirrorMaker",
    "KafkaMirrorMaker2",
  ],
  "k8s.elastic.co": ["Elasticsearch", "Kibana", "Beat", "Agent", "Logstash", "ApmServer", "EnterpriseSearch"],
  "elasticsearch.k8s.elastic.co": ["Elasticsearch"],
  "kibana.k8s.elastic.co": ["Kibana"],
  "beat.k8s.elastic.co": ["Beat"],
  "agent.k8s.elastic.co": ["Agent"],
  "logstash.k8s.elastic.co": ["Logstash"],
  "apm.k8s.elastic.co": ["ApmServer"],
  "opensearch.opster.io": ["OpenSearchCluster"],
  "postgresql.cnpg.io": ["Cluster", "Pooler"],
  "acid.zalan.do": ["postgresql"],
  "postgres-operator.crunchydata.com": ["PostgresCluster", "PGAdmin"],
  "stackgres.io": ["SGCluster"],
  "mysql.oracle.com": ["InnoDBCluster"],
  "k8s.mariadb.com": ["MariaDB", "MaxScale"],
  "pxc.percona.com": ["PerconaXtraDBCluster"],
  "psmdb.percona.com": ["PerconaServerMongoDB"],
  "pgv2.percona.com": ["PerconaPGCluster"],
  "mongodbcommunity.mongodb.com": ["MongoDBCommunity"],
  "mongodb.com": ["MongoDB", "MongoDBOpsManager"],
  "rabbitmq.com": ["RabbitmqCluster"],
  "redis.redis.opstreelabs.in": ["Redis", "RedisCluster", "RedisReplication", "RedisSentinel"],
  "databases.spotahome.com": ["RedisFailover"],
  "app.redislabs.com": ["RedisEnterpriseCluster"],
  "cassandra.datastax.com": ["CassandraDatacenter"],
  "k8ssandra.io": ["K8ssandraCluster"],
  "scylla.scylladb.com": ["ScyllaCluster"],
  "clickhouse.altinity.com": ["ClickHouseInstallation"],
  "crdb.cockroachlabs.com": ["CrdbCluster"],
  "pingcap.com": ["TidbCluster"],
  "zookeeper.pravega.io": ["ZookeeperCluster"],
  "nats.io": ["NatsCluster"],
  "minio.min.io": ["Tenant"],
  "ceph.rook.io": ["CephCluster", "CephObjectStore", "CephFilesystem"],
  "operator.victoriametrics.com": ["VMAgent", "VMAlert", "VMAlertmanager", "VMAuth", "VMCluster", "VMSingle"],
  "grafana.integreatly.org": ["Grafana"],
  "loki.grafana.com": ["LokiStack"],
  "tempo.grafana.com": ["TempoStack", "TempoMonolithic"],
  "jaegertracing.io": ["Jaeger"],
  "opentelemetry.io": ["OpenTelemetryCollector"],
  "logging.banzaicloud.io": ["Logging"],
  "argoproj.io": ["Workflow", "CronWorkflow", "ArgoCD", "EventBus", "EventSource", "Sensor"],
  "tekton.dev": ["PipelineRun", "TaskRun"],
  "triggers.tekton.dev": ["EventListener"],
  "sparkoperator.k8s.io": ["SparkApplication", "ScheduledSparkApplication"],
  "flink.apache.org": ["FlinkDeployment"],
  "ray.io": ["RayCluster", "RayJob", "RayService"],
  "kubeflow.org": ["PyTorchJob", "TFJob", "MPIJob", "XGBoostJob", "PaddleJob"],
  "batch.volcano.sh": ["Job"],
  "serving.kserve.io": ["InferenceService"],
  "machinelearning.seldon.io": ["SeldonDeployment"],
  "keda.sh": ["ScaledJob"],
  "keycloak.org": ["Keycloak"],
  "k8s.keycloak.org": ["Keycloak"],
  "install.istio.io": ["IstioOperator"],
  "sailoperator.io": ["Istio", "ZTunnel"],
  "maistra.io": ["ServiceMeshControlPlane"],
  "actions.github.com": ["AutoscalingRunnerSet"],
  "core.oam.dev": ["Application"],
};

/** Of these, kinds outside namespaces: their pods may be in any. */
const clusterWide = new Set(["Istio", "Logging", "ZTunnel"]);

/** Readers for the kinds that are not evaluated: such an object is kept by name, so that it is never silent. */
export const notEvaluatedReaders: readonly KindReader[] = [
  ...policyKinds.map(({ kind, groups, effect, mayChange, isPolicy, concerns }): KindReader => ({
    kind,
    ...(isPolicy === undefined ? {} : { isPolicy }),
    reads: (apiVersion) => groups === undefined || groups.includes(groupOf(apiVersion)),
    read: (object, draft) => {
      const spec = isMapping(object.value["spec"]) ? object.value["spec"] : emptyMapping;
      if (concerns?.(spec) === false) return;
      const reason = `${kind} is not evaluated: ${effect}`;
      draft.putNotEvaluated({ ref: refOf(object), reason, origin: object.origin, mayChange });
    },
  })),
  ...Object.entries(operatedKinds).flatMap(([group, kinds]) =>
    kinds.map((kind): KindReader => ({
      kind,
      reads: (apiVersion) => groupOf(apiVersion) === group,
      read: readOperated,
    })),
  ),
];

/** Takes note of pods that are in the namespace of their object; in a template nothing is known of it, as of a workload there. */
function readOperated(object: RawObject, draft: ClusterDraft): void {
  const { origin, value, kind, apiVersion } = object;
  if (["name", "namespace"].some((field) => placeholderAt(value, ["metadata", field])?.type === "template"))
    return void draft.unrendered.set(origin.locator.file, "template");
  const ref = refOf(object);
  const isOpen = placeholderAt(value, ["metadata", "namespace"]) !== undefined || clusterWide.has(kind);
  const reason = `its operator (${groupOf(apiVersion)}) makes pods that the input does not show`;
  const namespace = isOpen ? {} : { namespace: ref.namespace ?? draft.defaultNamespace };
  draft.putNotEvaluated({ ref: { ...ref, ...namespace }, reason, origin, mayChange: { pods: true } });
}

/** The identity of an object that is only named; of one that the API server is to name, the beginning and `*`. */
export function refOf({ apiVersion, kind, value }: RawObject): ObjectRef {
  const metadata = isMapping(value["metadata"]) ? value["metadata"] : {};
  const namespace = nameIn(metadata["namespace"]);
  const prefix = nameIn(metadata["generateName"], "x");
  const name = nameIn(metadata["name"]) || (prefix === "" ? "" : `${prefix}*`);
  return { apiVersion, kind, ...(namespace === "" ? {} : { namespace }), name };
}

/** These kinds are not validated here, but a name that no API server accepts must not reach a terminal. `rest`: what is yet to be put behind it. */
function nameIn(value: RawValue | undefined, rest = ""): string {
  return typeof value === "string" && value !== "" && isDnsSubdomain(`${value}${rest}`) ? value : "";
}

import { all, fields, keys, list, type Shape, shared, textLike } from "./projection.ts";
import { fieldsOf } from "./raw-fields.ts";

/** Annotations that say something about the network or to npa; others may be long, and are none of our business. */
const wantedAnnotations = /^npa\.dev\/|^prometheus\.io\/|load-?balancer|network|^(?:sidecar|traffic)\.istio\.io\//;
const longestAnnotation = 2_000;

const annotations = keys(
  (key, value) => wantedAnnotations.test(key) && (typeof value !== "string" || value.length <= longestAnnotation),
);

/** Only the controller owns. */
const owners = list(fields({ apiVersion: all, kind: all, name: all, controller: all }), (owner) => {
  return fieldsOf(owner)["controller"] === true;
});

/** What every object says of itself. */
export const metadata: Shape = fields({
  name: all,
  namespace: shared(all),
  labels: shared(all),
  annotations: shared(annotations),
  ownerReferences: shared(owners),
});

/** The metadata of what is there once, or seldom. */
export const datedMetadata: Shape = fields({
  name: all,
  namespace: shared(all),
  labels: all,
  annotations,
  creationTimestamp: all,
});

const containerPorts = list(fields({ name: all, containerPort: all, protocol: all }));

/** Of init containers only the ports matter. */
const hasPorts = (container: unknown): boolean => fieldsOf(container)["ports"] !== undefined;

/** The spec of a pod. */
export const podSpec: Shape = podSpecWith({});

function podSpecWith(ofContainers: Readonly<Record<string, Shape>>): Shape {
  return shared(
    fields({
      hostNetwork: all,
      dnsPolicy: all,
      dnsConfig: shared(fields({ options: all })),
      serviceAccountName: shared(all),
      automountServiceAccountToken: all,
      containers: list(fields({ name: all, ports: containerPorts, ...ofContainers })),
      initContainers: list(fields({ name: all, restartPolicy: all, ports: containerPorts }), hasPorts),
    }),
  );
}

/** A template of pods. */
export const podTemplate: Shape = templateWith(podSpec);

function templateWith(spec: Shape): Shape {
  return fields({ metadata: fields({ labels: shared(all), annotations: shared(annotations) }), spec });
}

/** Pods: what selectors, named ports and addresses need. No environment, no volumes, no images. */
export const podShape: Shape = fields({
  metadata,
  spec: podSpec,
  status: fields({
    phase: shared(all),
    podIP: all,
    podIPs: list(fields({ ip: all })),
    hostIP: shared(all),
    hostIPs: shared(list(fields({ ip: all }))),
  }),
});

/** Kinds that make pods from `spec.template`. */
export const workloadShape: Shape = workloadWith(podTemplate);

/** Images of agents that enforce policies: they tell the version. */
const agentImage = textLike(/(?:^|\/)(?:calico\/node|cilium\/cilium):/);

/** The kind of which agents on every node are. */
export const daemonSetShape: Shape = workloadWith(templateWith(podSpecWith({ image: agentImage })));

function workloadWith(template: Shape): Shape {
  return fields({
    metadata,
    spec: fields({ replicas: all, parallelism: all, template }),
    status: fields({
      desiredNumberScheduled: all,
      conditions: list(fields({ type: all, status: all }), (condition) => {
        return ["Complete", "Failed"].includes(String(fieldsOf(condition)["type"]));
      }),
    }),
  });
}

export const cronJobShape: Shape = fields({
  metadata,
  spec: fields({ jobTemplate: fields({ spec: fields({ parallelism: all, template: podTemplate }) }) }),
});

export const namespaceShape: Shape = fields({ metadata: datedMetadata });

/** The kinds that npa analyses down to the last field. */
export const policyShape: Shape = fields({ metadata: datedMetadata, spec: all });

/** The same for kinds that may have several specs, and that an agent may refuse after the API server took them. */
export const ciliumPolicyShape: Shape = fields({
  metadata: datedMetadata,
  spec: all,
  specs: all,
  status: fields({ conditions: list(fields({ type: all, status: all, message: all })) }),
});

export const serviceShape: Shape = fields({
  metadata: datedMetadata,
  spec: fields({
    type: all,
    clusterIP: all,
    clusterIPs: all,
    selector: all,
    ports: list(fields({ name: all, protocol: all, port: all, targetPort: all, nodePort: all })),
    externalName: all,
    externalTrafficPolicy: all,
    externalIPs: all,
    loadBalancerSourceRanges: all,
  }),
});

export const ingressShape: Shape = fields({
  metadata: datedMetadata,
  spec: fields({ defaultBackend: all, backend: all, rules: all }),
});

/** Without `spec.tls`, which may hold a private key. */
export const openshiftRouteShape: Shape = fields({
  metadata: datedMetadata,
  spec: fields({ host: all, to: all, alternateBackends: all, port: all }),
});

/** Of filters only mirrors, which send something somewhere: others may set headers that hold credentials. */
const mirrors = list(fields({ requestMirror: fields({ backendRef: all }) }));

export const gatewayRouteShape: Shape = fields({
  metadata: datedMetadata,
  spec: fields({
    parentRefs: all,
    hostnames: all,
    rules: list(
      fields({
        backendRefs: list(
          fields({ group: all, kind: all, name: all, namespace: all, port: all, weight: all, filters: mirrors }),
        ),
        filters: mirrors,
      }),
    ),
  }),
});

/** Gateways: no certificates, and nothing that only their implementations understand. */
export const gatewayShape: Shape = fields({
  metadata: datedMetadata,
  spec: fields({
    gatewayClassName: all,
    listeners: list(fields({ name: all, hostname: all, port: all, protocol: all, allowedRoutes: all })),
  }),
});

const serviceReference = fields({ service: fields({ namespace: all, name: all, port: all }) });

/** Which Services webhooks are: no certificates, no rules. */
export const webhooksShape: Shape = fields({
  metadata: datedMetadata,
  webhooks: list(fields({ name: all, clientConfig: serviceReference, failurePolicy: all })),
});

export const apiServiceShape: Shape = fields({ metadata: datedMetadata, spec: serviceReference });

/** Nodes: what policies can say of them, and what they tell of the cluster. */
export const nodeShape: Shape = fields({
  metadata,
  spec: fields({ podCIDR: all, podCIDRs: all, providerID: all }),
  status: fields({ addresses: list(fields({ type: all, address: all })) }),
});

/** What is behind a Service that selects no pods. */
export const endpointSliceShape: Shape = fields({
  metadata,
  endpoints: list(fields({ addresses: all, conditions: fields({ ready: all }) })),
  ports: list(fields({ name: all, protocol: all, port: all })),
});

/** A pool or a range of addresses, or the network of a cluster. */
export const networkShape: Shape = fields({
  metadata: datedMetadata,
  spec: fields({
    cidr: all,
    cidrs: all,
    disabled: all,
    allowedUses: all,
    clusterNetwork: all,
    serviceNetwork: all,
    networkType: all,
  }),
});

/** What Calico's agent does beside policies. */
export const felixShape: Shape = fields({
  metadata: datedMetadata,
  spec: fields({ defaultEndpointToHostAction: all, failsafeInboundHostPorts: all, failsafeOutboundHostPorts: all }),
});

/** What Calico runs. */
export const clusterInformationShape: Shape = fields({
  metadata: datedMetadata,
  spec: fields({ calicoVersion: all, variant: all }),
});

/** The labels of a profile, and whether it has rules. */
export const profileShape: Shape = fields({
  metadata: datedMetadata,
  spec: fields({ labelsToApply: all, ingress: all, egress: all }),
});

/** What isolates the pods of a namespace: whether it does. */
export const isolationShape: Shape = fields({
  metadata: datedMetadata,
  spec: fields({
    layer2: fields({ role: all }),
    layer3: fields({ role: all }),
    network: fields({ layer2: fields({ role: all }), layer3: fields({ role: all }) }),
    mtls: fields({ mode: all }),
  }),
});

/** Of a kind that is not evaluated: what it is called. */
export const nameShape: Shape = fields({ metadata: fields({ name: all, namespace: all }) });

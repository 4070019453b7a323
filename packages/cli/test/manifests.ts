/** Two workloads, and a policy that lets web reach db on 5432 only. */
export const twoTiers = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [] } }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop, labels: { app: db } }
spec: { containers: [] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [{ port: 5432 }]
`;

/** Lets in a namespace by a label that the input does not give. */
export const unknownLabel = `
apiVersion: v1
kind: Pod
metadata: { name: a, namespace: one, labels: { app: a } }
spec: { containers: [] }
---
apiVersion: v1
kind: Pod
metadata: { name: b, namespace: two, labels: { app: b } }
spec: { containers: [] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: one }
spec:
  podSelector: {}
  ingress:
    - from: [{ namespaceSelector: { matchLabels: { team: x } } }]
`;

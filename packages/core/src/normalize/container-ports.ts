import type { ContainerPort } from "../model/cluster.ts";
import { forEachItem, integerField, textField } from "./fields.ts";
import { isPortName } from "../semantics/names.ts";
import { isPortNumber, portNameAdvice, readProtocol } from "./network-policy-port.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import { quote } from "./quote.ts";
import type { RawMapping } from "./raw-object.ts";

/** The ports of a pod's containers. */
export interface PodPorts {
  readonly ports: readonly ContainerPort[];
  /** Those of init containers that end before the pod serves. */
  readonly initPorts: readonly ContainerPort[];
  /** Tells of names that mean several numbers; absent when there are none. Owners with many pods tell it once. */
  readonly reportClash: (() => void) | undefined;
}

/** What containers say, whosever they are. */
export interface ContainerPorts extends Pick<PodPorts, "ports" | "initPorts"> {
  /** What is wrong with names that mean several numbers. */
  readonly clash: string | undefined;
}

const noPorts: readonly ContainerPort[] = [];
const none: ContainerPorts = { ports: noPorts, initPorts: noPorts, clash: undefined };

/** The ports of all containers that run as long as the pod does: `containers`, and init containers that restart always (sidecars). */
export function readContainerPorts(at: ObjectCursor, spec: RawMapping): PodPorts {
  const { containers, initContainers } = spec;
  const isOfContainers = containers !== undefined && initContainers === undefined;
  const { ports, initPorts, clash } = isOfContainers
    ? at.read.ports.of(at, containers, () => readPorts(at, spec))
    : readPorts(at, spec);
  if (clash === undefined) return { ports, initPorts, reportClash: undefined };
  const place = at.here;
  // By the time this is told the cursor is back at its object.
  return { ports, initPorts, reportClash: () => at.warn("duplicate-named-port", [...place, "containers"], clash) };
}

function readPorts(at: ObjectCursor, spec: RawMapping): ContainerPorts {
  const ports: ContainerPort[] = [];
  const ofInit: ContainerPort[] = [];
  readContainers(at, spec, "containers", { lasting: ports, passing: ports });
  readContainers(at, spec, "initContainers", { lasting: ports, passing: ofInit });
  if (ports.length + ofInit.length === 0) return none;
  const initPorts = ofInit.length === 0 ? noPorts : ofInit;
  return { ports, initPorts, clash: ports.length === 1 ? undefined : clashingName(ports) };
}

function readContainers(
  at: ObjectCursor,
  spec: RawMapping,
  field: "containers" | "initContainers",
  to: Readonly<Record<"lasting" | "passing", ContainerPort[]>>,
): void {
  forEachItem(at, spec, field, (container) => {
    // "If this is specified as Always, the container will be a sidecar": other init containers end before the pod serves.
    const sidecar = field === "initContainers" && container["restartPolicy"] === "Always";
    const ports = to[sidecar ? "lasting" : "passing"];
    forEachItem(at, container, "ports", (raw) => {
      const port = readContainerPort(at, raw, sidecar);
      if (port !== undefined) ports.push(port);
    });
  });
}

function readContainerPort(at: ObjectCursor, raw: RawMapping, sidecar: boolean): ContainerPort | undefined {
  const port = readNumber(at, raw);
  const protocol = readProtocol(at, raw);
  const name = textField(at, raw, "name");
  if (name !== undefined && name !== "" && !isPortName(name)) {
    at.refuse("invalid-name", ["name"], `port ${quote(name)} ${portNameAdvice(name)}`);
  }
  if (port === undefined || protocol === undefined) return undefined;
  return name === undefined || name === "" ? { protocol, port, sidecar } : { name, protocol, port, sidecar };
}

function readNumber(at: ObjectCursor, raw: RawMapping): number | undefined {
  const port = integerField(at, raw, "containerPort");
  if (port === undefined) {
    if (raw["containerPort"] == null)
      at.refuse("missing-field", ["containerPort"], "a container port needs a number: write containerPort");
    return undefined;
  }
  if (isPortNumber(port)) return port;
  at.refuse("wrong-type", ["containerPort"], `containerPort ${port} is out of range: write 1 to 65535`);
  return undefined;
}

/** "Each named port in a pod must have a unique name", which the API server only checks within a container: all the numbers count. */
function clashingName(ports: readonly ContainerPort[]): string | undefined {
  const numbers = new Map<string, number>();
  for (const { name, protocol, port } of ports) {
    if (name === undefined) continue;
    const key = `${name}/${protocol}`;
    const other = numbers.get(key);
    if (other !== undefined && other !== port)
      return `port name ${quote(name)} means ${protocol} ${other} and ${port} in one pod: both count. Rename one`;
    numbers.set(key, port);
  }
  return undefined;
}

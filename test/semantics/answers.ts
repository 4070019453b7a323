import {
  type Assumptions,
  type Cluster,
  type Connection,
  type ConnectivityList,
  type ConnectivityOptions,
  type Diagnostic,
  type Verdict,
  can,
  listConnectivity,
  readManifests,
} from "@npa/core";
import { expect } from "vitest";

/** Whom a question is about, and on which port (`80/TCP`; any when absent). */
export type Packet = readonly [source: string, target: string, port?: string];

/** Reads YAML text as npa does. */
export function clusterOf(yaml: string): Cluster {
  return readManifests([{ name: "cluster.yaml", text: yaml }]);
}

/** The answer to one question. */
export function verdict(yaml: string, [source, target, port]: Packet, options: ConnectivityOptions = {}): Verdict {
  return can(clusterOf(yaml), { source, target, ...(port === undefined ? {} : { port }) }, options);
}

function expectAnswer(yaml: string, packet: Packet, options: ConnectivityOptions, expected: Verdict["answer"]): void {
  const answer = verdict(yaml, packet, options);
  expect({ packet, answer: answer.answer }).toEqual({ packet, answer: expected });
  expectListed(yaml, packet, options, expected === "yes");
}

/** What is listed and what `can` says are the same relation. */
function expectListed(yaml: string, packet: Packet, options: ConnectivityOptions, allowed: boolean): void {
  const [source, target, port] = packet;
  if (port !== undefined || !source.includes("/") || !target.includes("/")) return;
  const listed = list(yaml, options).connections.some(
    (connection) => connection.source.startsWith(`${source}[`) && connection.target.startsWith(`${target}[`),
  );
  expect({ packet, listed }).toEqual({ packet, listed: allowed });
}

/** The packet may pass. */
export function expectAllowed(yaml: string, packet: Packet, options: ConnectivityOptions = {}): void {
  expectAnswer(yaml, packet, options, "yes");
}

/** The packet may not pass. */
export function expectDenied(yaml: string, packet: Packet, options: ConnectivityOptions = {}): void {
  expectAnswer(yaml, packet, options, "no");
}

/** Whether the packet may pass hangs on something that the input does not say. */
export function expectUnknown(yaml: string, packet: Packet, options: ConnectivityOptions = {}): void {
  expectAnswer(yaml, packet, options, "unknown");
}

/** The options with some assumptions changed. */
export function assuming(assumptions: Partial<Assumptions>): ConnectivityOptions {
  return { assumptions };
}

/** Who may talk to whom. */
export function list(yaml: string, options: ConnectivityOptions = {}): ConnectivityList {
  return listConnectivity(clusterOf(yaml), options);
}

/** The connection of a list between two endpoints, by their ids. */
export function connection(listed: ConnectivityList, source: string, target: string): Connection | undefined {
  return listed.connections.find((found) => found.source === source && found.target === target);
}

/** The ports that a list has between two workloads: `TCP 80,443 UDP 53`, `all`, or `none`. */
export function portsBetween(yaml: string, source: string, target: string, options: ConnectivityOptions = {}): string {
  const found = list(yaml, options).connections.find(
    (entry) => entry.source.startsWith(`${source}[`) && entry.target.startsWith(`${target}[`),
  );
  if (found === undefined) return "none";
  if (found.all) return "all";
  return Object.entries(found.ports)
    .map(([protocol, ports]) => `${protocol} ${ports.join()}`)
    .join(" ");
}

/** The problems of the input with a code. */
export function problems(yaml: string, code: Diagnostic["code"]): readonly Diagnostic[] {
  return clusterOf(yaml).problems.filter((problem) => problem.code === code);
}

/** The policies of the text are all in force, and nothing is wrong with it. */
export function expectAccepted(yaml: string): void {
  const { problems: found, refusedPolicies } = clusterOf(yaml);
  expect(found.map(({ message }) => message)).toEqual([]);
  expect(refusedPolicies).toEqual([]);
}

/** The API server would refuse the one policy of the text: it is not in force, and the report says why. */
export function expectRefused(yaml: string, because: RegExp): void {
  const { policies, refusedPolicies, problems: found } = clusterOf(yaml);
  expect(policies.map(({ name }) => name)).toEqual([]);
  expect(refusedPolicies.map(({ reasons }) => reasons.join("; "))).toEqual([expect.stringMatching(because)]);
  expect(found.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([
    expect.stringMatching(because),
  ]);
}

import { UsageError } from "../lib/usage-error.ts";
import type { Labels } from "../model/selector.ts";

/** A pod of which the labels and the namespace are known, and nothing else. */
export interface LabelledPod {
  readonly labels: Labels;
  readonly namespace: string;
}

const labelled = /^(?<labels>\{\}|\S*=.*?)(?: in (?<namespace>\S+))?$/u;

/** Reads `app=web,tier=db in shop`; undefined for what is no such text. Throws a UsageError for one that is not well written. */
export function parseLabelledPod(text: string, defaultNamespace: string): LabelledPod | undefined {
  const groups = labelled.exec(text.trim())?.groups;
  if (groups === undefined || /[{[][^}]/.test(text)) return undefined;
  const { labels: written = "", namespace = defaultNamespace } = groups;
  if (!/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) throw notLabels(text);
  return { labels: written === "{}" ? {} : labelsOf(written, text), namespace };
}

function labelsOf(written: string, text: string): Labels {
  const entries = written.split(",").map((part): readonly [string, string] => {
    const match = /^\s*([\w./-]{1,317})=([\w.-]{0,63})\s*$/.exec(part);
    if (match === null) throw notLabels(text);
    return [match[1] ?? "", match[2] ?? ""];
  });
  return Object.fromEntries(entries);
}

function notLabels(text: string): UsageError {
  return new UsageError(
    `${JSON.stringify(text.slice(0, 100))} is not the labels of a pod: write them like 'app=web,tier=db in shop'`,
  );
}

/** Reads the assumption `ingressController`: undefined for `unknown`. Throws a UsageError for what is neither that nor labels. */
export function parseIngressController(text: string): LabelledPod | undefined {
  if (text === "unknown") return undefined;
  const pod = / in \S+$/.test(text.trim()) ? parseLabelledPod(text, "") : undefined;
  if (pod !== undefined) return pod;
  throw new UsageError(
    `${JSON.stringify(text.slice(0, 100))} is not an ingress controller: write unknown, or its labels and its namespace, like 'app=nginx in edge'`,
  );
}

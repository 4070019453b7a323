import type { ApiFault, Fault } from "./api-fault.ts";
import { cleanText } from "./clean-text.ts";
import type { KubeContext } from "./kube-context.ts";

const networkAdvice: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection is refused: is the cluster running, and is its address in the kubeconfig right?",
  ENOTFOUND: "its name cannot be resolved: is the address in the kubeconfig right, and the VPN up?",
  EAI_AGAIN: "its name cannot be resolved now: is the network or the VPN up?",
  ECONNRESET: "the connection breaks again and again: is there a proxy or load balancer in between?",
  ETIMEDOUT: "the connection times out: is the VPN up, and the address in the kubeconfig right?",
  EHOSTUNREACH: "there is no way to it: is the VPN up?",
  ENETUNREACH: "there is no way to it: is the network up?",
  CERT_HAS_EXPIRED: "its certificate has expired: it must be renewed on the server",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "its certificate is for another name: set tls-server-name in the kubeconfig, or use an address that it names",
  EPROTO: "it does not speak TLS: is the port right, and is it https?",
};

const untrusted: ReadonlySet<string> = new Set([
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_SIGNATURE_FAILURE",
]);

/** One line for the person on call: what failed, at which server, and what to do about it. */
export function failureMessage({ fault, what }: ApiFault, context: KubeContext, secrets: readonly string[]): string {
  const { name, server, userName } = context;
  const place = `context "${cleanText(name, secrets)}" (${server.origin})`;
  const asked = what === undefined ? "" : `${what}: `;
  switch (fault.kind) {
    case "aborted":
      return "interrupted: nothing is analysed, because the cluster was not read to the end";
    case "credentials":
      return `${place}: user "${cleanText(userName, secrets)}" cannot log in: ${cleanText(fault.message, secrets)}`;
    case "network":
      return `${place} cannot be reached: ${networkFailure(fault, secrets)}`;
    case "status":
      return `${place}: ${statusFailure(fault, asked, context, secrets)}`;
    case "timeout":
    case "malformed":
    case "too-large":
    case "endless":
      return `${place}: ${asked}${shortFailure(fault, secrets)}`;
  }
}

/** A failure in a few words. */
export function shortFailure(fault: Fault, secrets: readonly string[]): string {
  switch (fault.kind) {
    case "status":
      return `the server answers ${fault.status}${said(fault.message, secrets)}`;
    case "timeout":
      return `no complete answer within ${fault.afterMs / 1000} s: try again, or raise --request-timeout`;
    case "malformed":
      return `the answer of the server cannot be used: ${cleanText(fault.message, secrets)}`;
    case "too-large":
      return `a single object is larger than ${fault.bytes} bytes: no API server stores such objects`;
    case "endless":
      return `the list has no end: ${cleanText(fault.message, secrets)}. Is there a caching proxy in between?`;
    case "network":
      return networkFailure(fault, secrets);
    case "credentials":
      return cleanText(fault.message, secrets);
    case "aborted":
      return "interrupted";
  }
}

function networkFailure(fault: Extract<Fault, { kind: "network" }>, secrets: readonly string[]): string {
  const advice = networkAdvice[fault.code];
  if (advice !== undefined) return advice;
  const message = cleanText(fault.message, secrets);
  const proxyStatus = /^Bad response: (\d+)$/.exec(message)?.[1]; // what the official client's agent says
  if (proxyStatus !== undefined)
    return `the proxy answers ${proxyStatus}: see proxy-url in the kubeconfig, or HTTPS_PROXY`;
  if (untrusted.has(fault.code)) {
    return `its certificate is not trusted (${message}): set certificate-authority in the kubeconfig; for a test cluster there is --insecure-skip-tls-verify`;
  }
  return message === "" ? fault.code : message;
}

function statusFailure(
  fault: Extract<Fault, { kind: "status" }>,
  asked: string,
  context: KubeContext,
  secrets: readonly string[],
): string {
  const user = cleanText(context.userName, secrets);
  const message = said(fault.message, secrets);
  switch (fault.status) {
    case 401:
      return `the server does not accept the credentials of user "${user}" (401)${message}: log in to the cluster again, or choose another --context`;
    case 403:
      return `${asked}user "${user}" is not allowed to (403)${message}`;
    case 410:
      return `${asked}the list expired twice while it was read (410): the server keeps a state for some minutes only, and answers too slowly for so many objects; try again when it has less to do`;
    case 429:
      return `${asked}the server is overloaded and asks to wait${waitOf(fault)} (429)${message}: try again later`;
    default:
      return `${asked}the server answers ${fault.status}${message}${fault.status >= 500 ? ": try again later" : ""}`;
  }
}

function waitOf({ retryAfterMs }: Extract<Fault, { kind: "status" }>): string {
  return retryAfterMs === undefined ? "" : ` ${Math.ceil(retryAfterMs / 1000)} s`;
}

function said(message: string, secrets: readonly string[]): string {
  const text = cleanText(message, secrets);
  return text === "" ? "" : `: ${text}`;
}

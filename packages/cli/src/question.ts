import { type AskedRequest, parseDnsName, parseHttpRequest, type Question, UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";
import type { Command } from "commander";
import { readsCluster } from "./cluster-flags.ts";
import type { ConfigFlags } from "./config-flags.ts";
import { addConfigFlags } from "./config-flags.ts";
import type { Input } from "./input.ts";
import { type InputFlags, addInputFlags } from "./input-flags.ts";
import type { Io } from "./io.ts";
import { readInput } from "./read-input.ts";
import { repeated } from "./repeated.ts";
import { renderedPaths } from "./render-flags.ts";
import type { Settings } from "./settings.ts";

/** The options of commands that ask about two ends. */
export interface QuestionFlags extends InputFlags, ConfigFlags {
  readonly output: readonly string[];
  readonly port?: string;
  readonly icmp?: string;
  readonly http?: string;
  readonly header: readonly string[];
  readonly dns?: string;
  readonly sni?: string;
}

/** Adds SRC, DST and their options, but for `-o`. */
export function addQuestionArguments(command: Command): Command {
  return command
    .argument("<src>", "who wants to connect")
    .argument("<dst>", "to whom")
    .allowExcessArguments()
    .option("-p, --port <port>", "the port, like 8080/TCP or http; any port when not given")
    .option("--icmp <type>", "a message of ICMP in place of a port, like 8, or 128/ICMPv6")
    .option("--http <request>", "one request of HTTP, like 'GET /api'")
    .option("--header <header>", "with --http: a header that it has, like 'X-Token: 1'; repeatable", repeated, [])
    .option("--dns <name>", "one look-up of this name; on port 53 when no port is given")
    .option("--sni <name>", "one connection of TLS whose client names this server");
}

/** Adds the options about the input. */
export function addQuestionFlags(command: Command): Command {
  return addConfigFlags(addInputFlags(command, "the namespace of a bare name"));
}

/** Throws a UsageError where files stand among the ends. */
export function onlyTwoEnds(name: string, args: readonly string[]): void {
  const [, , forgotten] = args;
  if (forgotten === undefined) return;
  throw new UsageError(`npa ${name} asks about two ends: files are named with -f, as in -f ${printable(forgotten)}`);
}

/** What both ends of a question may be. */
export const endsHelp = `
SRC and DST are whatever the command list prints, and: namespace/name,
namespace/Kind/name, deploy/name or a bare name (in -n), a pod's own name,
svc/name (its pods), namespace/* (all of it), an IP address, a CIDR, "internet",
a name of DNS (as DST), "ingress-controller" (as SRC), an identity of Cilium
(reserved:host, kube-apiserver), or a pod that is not there, by its labels: 'app=web,tier=front in shop'.
The port is the one that the target's pods listen on, by number or name. Of a
Service its own port will do: the answer says which port of the pods that is.`;

/** A question and the input it is about. */
export interface AskedInput {
  readonly input: Input;
  readonly question: Question;
}

/** The port that is asked about, or the type of ICMP. Throws a UsageError for both. */
function portOf({ port, icmp }: QuestionFlags): string | undefined {
  if (icmp === undefined) return port;
  if (port !== undefined) throw new UsageError("ICMP has no ports: give --port or --icmp");
  return /^\d+$/.test(icmp) ? `${icmp}/ICMP` : icmp;
}

/** The request that is asked about. Throws a UsageError for several, and for what is none. */
function requestOf({ http, header, dns, sni }: QuestionFlags): AskedRequest | undefined {
  if ([http, dns, sni].filter((each) => each !== undefined).length > 1)
    throw new UsageError("--http, --dns and --sni are one request each: give one of them");
  if (header.length > 0 && http === undefined)
    throw new UsageError("--header is of a request of HTTP: give --http, too");
  if (http !== undefined) return parseHttpRequest(http, header);
  if (dns !== undefined) return { type: "dns", name: parseDnsName(dns) };
  return sni === undefined ? undefined : { type: "serverName", name: parseDnsName(sni) };
}

/** Reads the input and the question. Throws a UsageError where nothing is named to read. */
export async function readAskedInput(
  io: Io,
  source: string,
  target: string,
  flags: QuestionFlags,
  { config }: Settings,
): Promise<AskedInput> {
  const [namespace, second] = flags.namespace;
  if (second !== undefined) throw new UsageError("-n is the namespace of bare names here: give it once");
  if (flags.filename.length + renderedPaths(flags).length === 0 && !readsCluster(io, [], flags)) {
    throw new UsageError(
      "nothing to read: name files or directories with -f, or -f - for stdin, or read the live cluster with --cluster",
    );
  }
  const input = await readInput(io, [], flags, config);
  const port = portOf(flags);
  const request = requestOf(flags);
  const defaultNamespace = namespace ?? input.defaultNamespace;
  return {
    input,
    question: {
      source,
      target,
      defaultNamespace,
      ...(port === undefined ? {} : { port }),
      ...(request === undefined ? {} : { request }),
    },
  };
}

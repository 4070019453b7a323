import type { IncomingHttpHeaders } from "node:http";
import pLimit from "p-limit";
import { ApiFault } from "./api-fault.ts";
import type { Clock } from "./clock.ts";
import type { Credentials } from "./credentials.ts";
import { type HttpAnswer, httpGet } from "./http-get.ts";
import { type Fields, fieldsOf, isFields, textOf } from "./raw-fields.ts";
import { SecretMask } from "../secret-mask.ts";
import { retryAfterMs, withRetries } from "./retry.ts";

/** What the client needs of its surroundings. */
export interface ApiClientOptions {
  readonly server: URL;
  /** Gives credentials; called again when the server no longer takes them. */
  readonly logIn: () => Promise<Credentials>;
  /** Whether logging in again may help. */
  readonly canRenew: boolean;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What is secret before anybody has logged in. */
  readonly secrets: readonly string[];
}

/** Requests in flight: more would only hold more pages in memory while the server is what takes the time. */
const requestsAtOnce = 4;
/** No page of the API is so large; a page of the largest objects is asked for again in smaller ones. */
const maxBytes = 200_000_000;
/** A password may be a word that is the name of something, too. */
const shortestEcho = 12;
/** All answers of a run, decompressed: many times what the largest clusters hold. */
const maxBytesOfRun = 20_000_000_000;
/** Of an error: more than is ever shown, so that what is cut off is no part of it. */
const maxMessageBytes = 1_000_000;

/** Reads JSON from an API server: GET only. Logs in when needed, tries again what may succeed then. */
export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #limit = pLimit(requestsAtOnce);
  #login: Promise<Credentials> | undefined;
  readonly #used = new Set<Credentials>();
  #echoes: SecretMask | undefined;
  #reached = false;
  #bytes = 0;

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  /** What no message may show: what is known to be secret, and every credential that was used. */
  get secrets(): readonly string[] {
    return [...this.#options.secrets, ...[...this.#used].flatMap(({ secrets }) => secrets)];
  }

  /** Throws where something that the server sent, and that answers may show, has the credentials in it that it was sent. */
  refuseEcho(text: string): void {
    if (!this.#echo().isIn(text)) return;
    const message = "it has the credentials in it that were sent to the server, as no cluster has";
    throw new ApiFault({ kind: "malformed", message, final: true });
  }

  /** The answer to a path below the server's address, e.g. `/api/v1/pods?limit=500`. Throws an `ApiFault`. */
  get(path: string): Promise<Fields> {
    const { clock, signal } = this.#options;
    const attempt = (): Promise<Fields> => this.#limit(() => this.#getOnce(path));
    return withRetries(attempt, { clock, signal, reached: () => this.#reached });
  }

  /** Ends the connections. */
  close(): void {
    for (const { request } of this.#used) if (request.agent instanceof Object) request.agent.destroy();
  }

  async #getOnce(path: string): Promise<Fields> {
    const { canRenew, clock } = this.#options;
    const login = this.#logIn();
    const answer = await this.#send(path, await login);
    if (answer.status !== 401 || !canRenew) return fieldsOfAnswer(answer, clock);
    // The token expired meanwhile. Whoever sees it first logs in again, for all.
    if (this.#login === login) this.#login = undefined;
    return fieldsOfAnswer(await this.#send(path, await this.#logIn()), clock);
  }

  #echo(): SecretMask {
    this.#echoes ??= new SecretMask(
      [...this.#used].flatMap(({ told }) => told.filter(({ length }) => length >= shortestEcho)),
    );
    return this.#echoes;
  }

  #logIn(): Promise<Credentials> {
    this.#login ??= this.#options.logIn().then((credentials) => {
      this.#used.add(credentials);
      this.#echoes = undefined;
      return credentials;
    });
    return this.#login;
  }

  async #send(path: string, credentials: Credentials): Promise<HttpAnswer> {
    const { server, timeoutMs, signal } = this.#options;
    const url = new URL(server.href.replace(/\/+$/, "") + path);
    const answer = await httpGet(url, credentials.request, { timeoutMs, maxBytes, signal });
    this.#reached = true;
    this.#bytes += answer.body.length;
    if (this.#bytes > maxBytesOfRun)
      throw new ApiFault({ kind: "endless", message: `it has sent ${Math.round(this.#bytes / 1e9)} GB` });
    return answer;
  }
}

function fieldsOfAnswer(answer: HttpAnswer, clock: Clock): Fields {
  const { status, headers, body } = answer;
  if (status !== 200) {
    const wait = retryAfterMs(headers["retry-after"], clock.now());
    const message = status >= 300 && status < 400 ? redirection(headers) : failureMessage(headers, body);
    throw new ApiFault({ kind: "status", status, message, ...(wait === undefined ? {} : { retryAfterMs: wait }) });
  }
  if (isWebPage(headers)) {
    const message = "it sent a web page, as login pages and proxies do: the address is not that of an API server";
    throw new ApiFault({ kind: "malformed", message, final: true });
  }
  const value = jsonOf(body);
  if (!isFields(value)) throw new ApiFault({ kind: "malformed", message: "what it sent is not a JSON object" });
  return value;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    // The parser's message quotes the text.
    throw new ApiFault({ kind: "malformed", message: `its answer of ${body.length} bytes is not complete JSON` });
  }
}

function isWebPage(headers: IncomingHttpHeaders): boolean {
  return /^text\/html\b/i.test(headers["content-type"] ?? "");
}

function redirection(headers: IncomingHttpHeaders): string {
  const target = headers.location ?? "";
  return `it redirects to ${URL.canParse(target) ? new URL(target).host : "another page"}, which npa does not follow`;
}

/** The message of a Status, or the first words of a plain text. */
function failureMessage(headers: IncomingHttpHeaders, body: Buffer): string {
  if (isWebPage(headers)) return "a web page";
  const text = body.subarray(0, maxMessageBytes).toString("utf8");
  try {
    const message = textOf(fieldsOf(JSON.parse(text))["message"]);
    if (message !== undefined) return message;
  } catch {
    // No Status: overload protection and proxies answer with plain text.
  }
  return text;
}

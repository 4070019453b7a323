import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from "node:http";
import { type RequestOptions, request as httpsRequest } from "node:https";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { ApiFault } from "./api-fault.ts";

/** What the server sent. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** When to give up. */
export interface HttpLimits {
  /** For the whole request, from the connection to the last byte; 0 is no limit. */
  readonly timeoutMs: number;
  /** For the body, decompressed. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Sends one GET; throws an `ApiFault` when there is no complete answer. Redirects are answers: a token follows none. */
export async function httpGet(url: URL, options: RequestOptions, limits: HttpLimits): Promise<HttpAnswer> {
  const { timeoutMs, signal } = limits;
  if (signal.aborted) throw new ApiFault({ kind: "aborted" });
  const own = new AbortController();
  const stop = (): void => own.abort();
  signal.addEventListener("abort", stop, { once: true });
  const timer = timeoutMs > 0 ? setTimeout(stop, timeoutMs) : undefined;
  try {
    return await exchange(url, options, limits, own.signal);
  } catch (error) {
    if (error instanceof ApiFault) throw error;
    if (signal.aborted) throw new ApiFault({ kind: "aborted" });
    if (own.signal.aborted) throw new ApiFault({ kind: "timeout", afterMs: timeoutMs });
    throw networkFault(error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

async function exchange(
  url: URL,
  options: RequestOptions,
  limits: HttpLimits,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = url.protocol === "http:" ? httpRequest : httpsRequest;
    const sent = send(url, { ...options, method: "GET", signal });
    // A request that has no connection yet, because a proxy does not answer, does not tell that it was stopped.
    signal.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
    sent.once("response", resolve);
    // Stays: an error may follow the response.
    sent.on("error", reject);
    sent.end();
  });
  const body = await bodyOf(response, limits.maxBytes, signal);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

async function bodyOf(response: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    let bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new ApiFault({ kind: "too-large", bytes });
      chunks.push(chunk);
    }
  };
  if (response.headers["content-encoding"] === "gzip") {
    await pipeline(response, createGunzip(), collect, { signal });
  } else {
    await pipeline(response, collect, { signal });
  }
  return Buffer.concat(chunks);
}

function networkFault(error: unknown): ApiFault {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const message = error instanceof Error ? error.message : String(error);
  return new ApiFault({ kind: "network", code, message });
}

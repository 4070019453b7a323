import type { RawValue } from "../../parse/document.ts";
import type { ApiClient } from "./api-client.ts";
import { ApiFault, statusOf } from "./api-fault.ts";
import { bareMapping } from "./bare-mapping.ts";
import { apiVersionOf, type ClusterKind, listPath, resourceName } from "./cluster-kinds.ts";
import type { Projector } from "./projection.ts";
import { continueOf, itemsOf, remainingOf } from "./check-page.ts";
import { type Fields, fieldsOf, textOf } from "./raw-fields.ts";

/** How a list is read. */
export interface ListOptions {
  readonly client: Pick<ApiClient, "get" | "secrets">;
  readonly projector: Projector;
  readonly pageSize: number;
  readonly onRead: (read: number, total: number | undefined) => void;
}

/** More than any cluster holds; a server that goes on for ever must not fill the memory. */
const maxObjects = 3_000_000;
const maxPages = 100_000;
/** A page may be empty (where objects are filtered), but not one after the other. */
const maxEmptyPages = 20;

/**
 * All objects of a kind, in one namespace or in all, cut down to what npa reads. Each page is dropped before the next is asked for.
 * The pages of a list are one state of the cluster, so no object is missing or there twice; when the server no longer has that
 * state (410, after some minutes), the list is read anew, once. Throws an `ApiFault`.
 */
export async function readList(
  kind: ClusterKind,
  namespace: string | undefined,
  options: ListOptions,
): Promise<RawValue[]> {
  try {
    return await new ListReader(kind, namespace, options).read();
  } catch (error) {
    if (!isStale(error)) throw withPlace(error, kind, namespace);
  }
  try {
    return await new ListReader(kind, namespace, options).read();
  } catch (error) {
    throw withPlace(error, kind, namespace);
  }
}

/** Whether reading the list from its beginning may help. */
function isStale(error: unknown): boolean {
  return statusOf(error) === 410 || (error instanceof ApiFault && error.fault.kind === "endless");
}

function withPlace(error: unknown, kind: ClusterKind, namespace: string | undefined): unknown {
  const within = namespace === undefined ? "" : ` in namespace ${namespace}`;
  if (error instanceof ApiFault) error.what = `the list of ${resourceName(kind)}${within}`;
  return error;
}

/** Reads one list from its first page to its last. */
class ListReader {
  readonly #objects: RawValue[] = [];
  readonly #names = new Set<string>();
  readonly #tokens = new Set<string>();
  readonly #kind: ClusterKind;
  readonly #path: string;
  readonly #options: ListOptions;
  #limit: number;
  /** How many objects the list has, as far as the server told. */
  #expected = 0;
  #emptyPages = 0;

  constructor(kind: ClusterKind, namespace: string | undefined, options: ListOptions) {
    this.#kind = kind;
    this.#path = listPath(kind, namespace);
    this.#options = options;
    this.#limit = options.pageSize;
  }

  async read(): Promise<RawValue[]> {
    for (let token = ""; ;) {
      const page = await this.#page(token);
      const items = itemsOf(page, this.#kind);
      for (const item of items) this.#addItem(item);
      token = continueOf(page);
      const remaining = remainingOf(page);
      this.#tellProgress(token, remaining);
      if (token === "") return this.#whole(remaining ?? 0);
      this.#expected = Math.max(this.#expected, this.#objects.length + (remaining ?? 0));
      this.#checkProgress(token, items.length);
    }
  }

  async #page(token: string): Promise<Fields> {
    try {
      const { labelSelector } = this.#kind;
      const query = new URLSearchParams({
        limit: String(this.#limit),
        ...(labelSelector === undefined ? {} : { labelSelector }),
        ...(token === "" ? {} : { continue: token }),
      });
      return await this.#options.client.get(`${this.#path}?${query.toString()}`);
    } catch (error) {
      const tooLarge = error instanceof ApiFault && error.fault.kind === "too-large";
      if (!tooLarge || this.#limit === 1) throw error;
      this.#limit = Math.max(1, Math.floor(this.#limit / 10));
      return await this.#page(token);
    }
  }

  /** The objects, when as many came as were announced: the pages are one state of the cluster, so none can go between two. */
  #whole(remaining: number): RawValue[] {
    const [announced, sent] = [Math.max(this.#expected, this.#objects.length + remaining), this.#objects.length];
    if (sent >= announced) return this.#objects;
    const message = `it announced ${announced} objects and sent ${sent}`;
    throw new ApiFault({ kind: "malformed", message, final: true });
  }

  #addItem(item: Fields): void {
    const { name, namespace } = fieldsOf(item["metadata"]);
    const key = `${textOf(namespace) ?? ""}/${textOf(name) ?? ""}`;
    if (this.#names.has(key)) {
      throw new ApiFault({ kind: "endless", message: `it sent ${key.replace(/^\//, "")} twice` });
    }
    this.#names.add(key);
    // The items of built-in lists do not say what they are.
    const value = bareMapping();
    value["apiVersion"] = apiVersionOf(this.#kind);
    value["kind"] = this.#kind.kind;
    this.#objects.push(Object.assign(value, this.#options.projector.project(item, this.#kind.shape)));
  }

  #checkProgress(token: string, items: number): void {
    this.#emptyPages = items === 0 ? this.#emptyPages + 1 : 0;
    if (this.#emptyPages > maxEmptyPages)
      throw new ApiFault({ kind: "endless", message: `it sent ${this.#emptyPages} pages with nothing on them` });
    if (this.#tokens.has(token))
      throw new ApiFault({ kind: "endless", message: "it sent the same continue token again" });
    this.#tokens.add(token);
    if (this.#objects.length > maxObjects || this.#tokens.size > maxPages) {
      throw new ApiFault({ kind: "endless", message: `it goes on after ${this.#objects.length} objects` });
    }
  }

  #tellProgress(token: string, remaining: number | undefined): void {
    const read = this.#objects.length;
    const rest = token === "" ? 0 : remaining;
    this.#options.onRead(read, rest === undefined ? undefined : read + rest);
  }
}

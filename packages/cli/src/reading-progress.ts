import type { ClusterProgress } from "@npa/core/cluster";
import type { Io } from "./io.ts";

const msBetweenLines = 100;
const eraseLine = "\r\u001b[K";

/** One line on stderr that says how far the reading has come: on a terminal only, and gone at the end. */
export class ReadingProgress {
  readonly #io: Io;
  readonly #isShown: boolean;
  readonly #reads = new Map<string, ClusterProgress>();
  #last = -Infinity;
  #written: Promise<unknown> = Promise.resolve();

  constructor(io: Io, quiet: boolean) {
    this.#io = io;
    this.#isShown = io.stderr.isTTY && !quiet && io.env["TERM"] !== "dumb" && (io.env["CI"] ?? "") === "";
  }

  /** For `loadCluster`. */
  readonly onProgress = (progress: ClusterProgress): void => {
    this.#reads.set(progress.resource, progress);
    const now = this.#io.now().getTime();
    if (!this.#isShown || now - this.#last < msBetweenLines) return;
    this.#last = now;
    this.#write(`${eraseLine}${this.#line()}`);
  };

  /** Takes the line away. Nothing else may be written to stderr before. */
  async end(): Promise<void> {
    if (this.#last > -Infinity) this.#write(eraseLine);
    await this.#written;
  }

  /** What takes longest is named: the list with most objects. */
  #line(): string {
    const all = [...this.#reads.values()];
    const sum = all.reduce((total, { read }) => total + read, 0);
    const [largest] = all.toSorted((a, b) => (b.total ?? b.read) - (a.total ?? a.read));
    if (largest === undefined) return "";
    const { resource, read, total } = largest;
    return `reading the cluster: ${sum} objects (${resource}: ${read}${total === undefined ? "" : ` of ${total}`})`;
  }

  #write(text: string): void {
    this.#written = Promise.all([this.#written, this.#io.stderr.write(text)]);
  }
}

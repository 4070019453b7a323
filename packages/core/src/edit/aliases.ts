import { type Alias, type Document, type Node, visit } from "yaml";

/** Which nodes of a document are used elsewhere, by an alias. */
export class Aliases {
  readonly #targets = new Map<Alias, Node>();
  readonly #uses = new Map<Node, number>();

  constructor(document: Document.Parsed) {
    // An anchor may be written several times: an alias stands for what has it last before.
    const anchored = new Map<string, Node>();
    visit(document, {
      Alias: (_, alias) => {
        const target = anchored.get(alias.source);
        if (target === undefined) return;
        this.#targets.set(alias, target);
        this.#uses.set(target, this.#usesOf(target) + 1);
      },
      Value: (_, node) => {
        if (node.anchor !== undefined) anchored.set(node.anchor, node);
      },
    });
  }

  /** Whether any are there. */
  get areThere(): boolean {
    return this.#uses.size > 0;
  }

  isUsed(node: Node): boolean {
    return this.#usesOf(node) > 0;
  }

  /** A node goes as a whole: the aliases in it use nothing any more. */
  letGo(node: Node): void {
    visit(node, {
      Alias: (_, alias) => {
        const target = this.#targets.get(alias);
        // What is inside of two nodes that go goes once.
        if (target === undefined || !this.#targets.delete(alias)) return;
        this.#uses.set(target, this.#usesOf(target) - 1);
      },
    });
  }

  #usesOf(node: Node): number {
    return this.#uses.get(node) ?? 0;
  }
}

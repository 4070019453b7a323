import type { LabelTest, SelectorTree } from "../../model/calico.ts";
import { type Operator, SelectorError, type Token, selectorTokens } from "./selector-tokens.ts";

/** "A selector has at most 1024 characters" (v3 CRDs); deeper brackets than this no text of that length can have. */
const longestSelector = 1024;

/**
 * Reads a selector of Calico. The empty one selects everything. `!=` and `not in` are true when the label is absent, as in
 * Kubernetes. Throws a SelectorError with the column of the fault.
 */
export function parseSelector(text: string): SelectorTree {
  if (text.length > longestSelector)
    throw new SelectorError(
      `a selector has at most ${longestSelector} characters, this one ${text.length}`,
      longestSelector,
    );
  const tokens = selectorTokens(text);
  if (tokens.length === 1) return { type: "all" };
  const parser = new Parser(tokens);
  const tree = parser.or();
  parser.expect("end");
  return tree;
}

/** `or := and ("||" and)*; and := operation ("&&" operation)*; operation := "!"* (test | has(key) | all() | global() | "(" or ")")` */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  or(): SelectorTree {
    return this.#several("or", "||", () => this.#several("and", "&&", () => this.#operation()));
  }

  expect(type: Token["type"]): Token {
    const token = this.#peek();
    if (token.type !== type)
      throw new SelectorError(`${described(token)} stands where ${named(type)} must be`, token.at);
    this.#next++;
    return token;
  }

  #several(type: "and" | "or", operator: Operator, part: () => SelectorTree): SelectorTree {
    const first = part();
    if (this.#peek().type !== operator) return first;
    const parts = [first];
    while (this.#peek().type === operator) {
      this.#next++;
      parts.push(part());
    }
    return { type, of: parts };
  }

  #operation(): SelectorTree {
    let isNegated = false;
    while (this.#peek().type === "!") {
      this.#next++;
      isNegated = !isNegated;
    }
    const tree = this.#operand();
    return isNegated ? { type: "not", of: tree } : tree;
  }

  #operand(): SelectorTree {
    const token = this.#peek();
    this.#next++;
    switch (token.type) {
      case "all()":
        return { type: "all" };
      case "global()":
        return { type: "global" };
      case "has(": {
        const key = this.#text("key");
        this.expect(")");
        return { type: "test", test: { type: "has", key } };
      }
      case "(": {
        const inner = this.or();
        this.expect(")");
        return inner;
      }
      case "key":
        return this.#test(token.text);
      default:
        throw new SelectorError(
          `${described(token)} stands where a label, has(...), all() or a bracket must be`,
          token.at,
        );
    }
  }

  #test(key: string): SelectorTree {
    const operator = this.#peek();
    this.#next++;
    switch (operator.type) {
      case "==":
        return test({ type: "in", key, values: [this.#text("string")] });
      case "!=":
        return not(test({ type: "in", key, values: [this.#text("string")] }));
      case "in":
        return test({ type: "in", key, values: this.#set() });
      case "not in":
        return not(test({ type: "in", key, values: this.#set() }));
      case "contains":
        return test({ type: "contains", key, text: this.#text("string") });
      case "starts with":
        return test({ type: "startsWith", key, text: this.#text("string") });
      case "ends with":
        return test({ type: "endsWith", key, text: this.#text("string") });
      default:
        throw new SelectorError(
          `the label ${key} is not followed by ==, !=, in, not in, contains, starts with or ends with`,
          operator.at,
        );
    }
  }

  /** `{'a', "b"}`, which may be empty. */
  #set(): readonly string[] {
    this.expect("{");
    const values: string[] = [];
    while (this.#peek().type === "string") {
      values.push(this.#text("string"));
      if (this.#peek().type !== ",") break;
      this.#next++;
    }
    this.expect("}");
    return values;
  }

  #text(type: "key" | "string"): string {
    const token = this.expect(type);
    return "text" in token ? token.text : "";
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token; // `end` is last, and nothing goes past it
  }
}

function test(of: LabelTest): SelectorTree {
  return { type: "test", test: of };
}

function not(of: SelectorTree): SelectorTree {
  return { type: "not", of };
}

function described(token: Token): string {
  if (token.type === "end") return "the end";
  if (token.type === "string") return "a string";
  return token.type === "key" ? `"${token.text}"` : `"${token.type}"`;
}

function named(type: Token["type"]): string {
  if (type === "end") return "the end, && or ||";
  if (type === "string") return "a string in quotes";
  return type === "key" ? "a label" : `"${type}"`;
}

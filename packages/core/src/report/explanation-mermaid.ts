import { checkAnswer } from "../lib/check-argument.ts";
import type { ExplainedDirection, ExplainedStep, Explanation } from "../answers/explanation.ts";
import { toldSteps } from "./explanation-words.ts";
import { mermaidText } from "./mermaid-text.ts";
import { counted, objectText, placeText } from "./words.ts";

/** More steps than this are folded, end by end. */
const mostSteps = 7;

const colours = { allow: "#b7e1cd", deny: "#f4c7c3", isolate: "#f4c7c3", pass: "#fce8b2" } as const;

/** The chain of decisions for Mermaid: what is asked at either end, in order, and where it ends. */
export function explanationMermaid(explanation: Explanation): string {
  checkAnswer("explanationMermaid", explanation, "Explanation");
  const { source, target, answer, port } = explanation;
  const end = { yes: "allowed", no: "blocked", unknown: "not known" }[answer];
  const chain = new Chain(`src["${mermaidText(source)}"]`, "src");
  chain.direction("egress", explanation.egress);
  chain.direction("ingress", explanation.ingress);
  const asked = port === undefined ? "" : ` on ${port}`;
  chain.add("dst", `["${mermaidText(`${target}${asked}: ${end}`)}"]`, "");
  return ["flowchart TD", ...chain.lines, ""].join("\n");
}

class Chain {
  readonly lines: string[];
  #last: string;
  #label = "";

  constructor(start: string, id: string) {
    this.lines = [`  ${start}`];
    this.#last = id;
  }

  add(id: string, shape: string, label: string): void {
    this.lines.push(`  ${id}${shape}`);
    const text = this.#label === "" ? "" : `|"${mermaidText(this.#label)}"|`;
    this.lines.push(`  ${this.#last} -->${text} ${id}`);
    this.#last = id;
    this.#label = label;
  }

  direction(name: "egress" | "ingress", direction: ExplainedDirection): void {
    const { shown, others } = foldedSteps(direction);
    const isolation = direction.isolated ? "isolated" : "not isolated";
    const open = direction.steps.length === 0 ? ", no policy selects it: allowed" : "";
    this.add(name, `(["${mermaidText(`${name}: ${isolation}${open}`)}"])`, "");
    shown.forEach((step, i) => this.#step(`${name}${i}`, step));
    if (others > 0)
      this.add(`${name}x`, `["${counted(others, "more rule")} that ${others === 1 ? "does" : "do"} not decide"]`, "");
  }

  #step(id: string, step: ExplainedStep): void {
    const { object, rule, location, because, action, decides } = step;
    const head = `${objectText(object)} ${action === "isolate" ? "" : `${rule} `}(${placeText(location)})`;
    const shape = action === "isolate" ? ["[", "]"] : ["{{", "}}"];
    const label = decides ? action : step.matches === "no" ? "no match" : "";
    this.add(id, `${shape[0]}"${mermaidText(head)}<br>${mermaidText(because)}"${shape[1]}`, label);
    if (decides) this.lines.push(`  style ${id} fill:${colours[action]}`);
  }
}

function foldedSteps(direction: ExplainedDirection): ReturnType<typeof toldSteps> {
  const { shown, others } = toldSteps(direction);
  if (shown.length <= mostSteps) return { shown, others };
  const deciding = shown.filter(({ decides }) => decides).slice(0, mostSteps);
  return { shown: deciding, others: others + shown.length - deciding.length };
}

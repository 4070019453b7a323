import { type Command, Option } from "commander";
import { repeated } from "./repeated.ts";

/** The options that run a program to make manifests. Without them none is run. */
export interface RenderFlags {
  readonly kustomize: readonly string[];
  readonly helm: readonly string[];
  readonly values: readonly string[];
  readonly set: readonly string[];
  readonly release: string;
  readonly render: boolean;
}

/** Adds `-k`, `--helm` and `--render`, and what goes with them. */
export function addRenderFlags(command: Command): Command {
  const options = [
    new Option("-k, --kustomize <dir>", "build this kustomization, with kustomize or kubectl; repeatable").argParser(
      repeated,
    ),
    new Option("--helm <chart>", "render this chart, with helm template; repeatable").argParser(repeated),
    new Option("--values <file>", "values for charts; repeatable").argParser(repeated),
    new Option("--set <key=value>", "a value for charts; repeatable").argParser(repeated),
    new Option("--release <name>", "the name of the charts' release (default: release)"),
    new Option("--render", "render every kustomization and chart that is found, each an environment by itself"),
    new Option("--set-var <name=value>", "the value of ${NAME}, or of a Template's parameter; repeatable").argParser(
      repeated,
    ),
  ];
  for (const option of options) command.addOption(option.helpGroup("Rendering:"));
  return command;
}

/** Whether something is to be rendered. */
export function wantsRender({ kustomize, helm, render }: Partial<RenderFlags>): boolean {
  return kustomize !== undefined || helm !== undefined || render === true;
}

/** What the flags name as input, beside files. */
export function renderedPaths({ kustomize = [], helm = [] }: Partial<RenderFlags>): readonly string[] {
  return [...kustomize, ...helm];
}

/** The same options for an input that is only ever files. */
export function withoutRender<T extends Partial<RenderFlags>>(flags: T): Omit<T, keyof RenderFlags> {
  const others: Omit<T, keyof RenderFlags> & Partial<RenderFlags> = { ...flags };
  const { kustomize: _kustomize, helm: _helm, render: _render, ...rest } = others;
  return rest as Omit<T, keyof RenderFlags>; // without the keys that were taken out
}

/** The same options without what `-k` and `--helm` name. */
export function withoutRoots<T extends Partial<RenderFlags>>(flags: T): Omit<T, "kustomize" | "helm"> {
  const { kustomize: _kustomize, helm: _helm, ...rest } = flags;
  return rest;
}

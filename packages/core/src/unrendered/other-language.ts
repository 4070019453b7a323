import { baseName } from "../lib/file-path.ts";
import type { SourceText } from "../parse/document.ts";

/** Languages that make manifests: Jsonnet, CUE, Dhall, Pkl, KCL, Starlark; Terraform. */
const language = /\.(?:jsonnet|cue|dhall|pkl|k|star|tf)$/i;
/** Manifests that are templates by the ending behind their own: `np.yaml.j2`, `np.yaml.gotmpl`. */
const templateEnding =
  /\.(?:ya?ml|json)\.(?:j2|jinja2?|tpl|tmpl|tftpl|gotmpl|gtpl|erb|ejs|mustache|hbs|handlebars|liquid|njk|twig|template|envsubst|in|dist|jsonnet|libsonnet|cue)$/i;
/** What shows that something is made for Kubernetes: fields of objects, libraries of Jsonnet, resources of Terraform. */
const forKubernetes =
  /\bapiVersion\b|\bkind["']?[ \t]*(?::|=)|\b(?:kubernetes_[a-z]|kubectl_manifest|helm_release)|\bk(?:ube)?\.libsonnet|\bkubernetes\b.*\.(?:libsonnet|jsonnet)/;

/** Whether a file is written in another language than YAML or JSON, by its name: kubectl does not read it, and npa cannot. */
export function isOtherLanguage(file: string): boolean {
  const name = baseName(file);
  return language.test(name) || templateEnding.test(name);
}

/** Whether such a file seems to make manifests: most of what is written in these languages does not. */
export function makesManifests({ text }: SourceText): boolean {
  return forKubernetes.test(text);
}

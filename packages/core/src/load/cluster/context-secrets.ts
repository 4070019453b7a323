import { secretsOfAddress, secretsOfArguments, secretsOfEnvironment, textsBelow } from "../known-secrets.ts";
import type { KubeContext } from "./kube-context.ts";
import { type Fields, fieldsOf, listOf, textOf, textsOf } from "./raw-fields.ts";

/** What the kubeconfig and the environment hold that no message may show, before anybody has logged in. */
export function secretsOfContext(
  { user, cluster, proxy }: KubeContext,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const exec = fieldsOf(user["exec"]);
  const key = textOf(user["client-key-data"]) ?? "";
  return [
    ...secretsOfUser(user),
    key,
    Buffer.from(key, "base64").toString(),
    ...textsBelow(fieldsOf(user["auth-provider"])["config"]),
    ...listOf(exec["env"]).flatMap((entry) => textOf(fieldsOf(entry)["value"]) ?? []),
    ...secretsOfArguments(textsOf(exec["args"])),
    ...[textOf(cluster["server"]), textOf(cluster["proxy-url"]), proxy].flatMap((text) => secretsOfAddress(text ?? "")),
    ...secretsOfEnvironment(env),
  ].filter((secret) => secret !== "");
}

function secretsOfUser(user: Fields): readonly string[] {
  const [token = "", username = "", password = ""] = ["token", "username", "password"].map((key) => textOf(user[key]));
  return [token, password, ...(password === "" ? [] : [`${username}:${password}`])];
}

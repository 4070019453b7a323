import { type Authentication, authentication as authenticated } from "../../model/requests.ts";
import { mappingField, textField } from "../fields.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import type { RawMapping } from "../raw-object.ts";
import type { CiliumEntry, CiliumGrant } from "./cilium-draft.ts";

const modes: readonly Authentication[] = ["disabled", "required", "test-always-fail"];

/** The mode of the `authentication` of an entry, if it has some. */
export function authenticationOf(at: ObjectCursor, raw: RawMapping): Authentication | undefined {
  const authentication = mappingField(at, raw, "authentication");
  if (authentication === undefined) return undefined;
  const written = textField(at, authentication, "mode");
  const mode = modes.find((each) => each === written);
  if (mode === undefined)
    at.refuse(
      "invalid-policy",
      ["authentication"],
      "the CRD refuses authentication without mode: disabled, required or test-always-fail",
    );
  return mode;
}

/** An entry whose peers must be authenticated allows those who are, and denies all others. */
export function withAuthentication({ authentication, ...entry }: CiliumEntry): readonly CiliumEntry[] {
  if (authentication === undefined) return [entry];
  if (authentication === "disabled") return [{ ...entry, authentication }];
  const isNever = authentication === "test-always-fail";
  const allowed = entry.grants.map(({ requests = [], ...grant }): CiliumGrant => ({
    ...grant,
    requests: [...requests, { type: "other", what: authenticated }],
  }));
  const denied = entry.grants.map(({ ports, paths }): CiliumGrant => ({ ports, paths }));
  return [
    { ...entry, ...(isNever ? { peers: [] } : {}), grants: allowed },
    { ...entry, action: "deny", authentication, grants: denied },
  ];
}

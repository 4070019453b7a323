import { authentication as authenticated } from "../../model/requests.ts";
import { mappingField, textField } from "../fields.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import type { RawMapping } from "../raw-object.ts";
import type { CiliumGrant } from "./cilium-draft.ts";

const modes: ReadonlySet<string> = new Set(["disabled", "required", "test-always-fail"]);

/** The mode of the `authentication` of an entry, if it has some. */
export function authenticationOf(at: ObjectCursor, raw: RawMapping): string | undefined {
  const authentication = mappingField(at, raw, "authentication");
  if (authentication === undefined) return undefined;
  const mode = textField(at, authentication, "mode");
  if (mode === undefined || !modes.has(mode))
    at.refuse(
      "invalid-policy",
      ["authentication"],
      "the CRD refuses authentication without mode: disabled, required or test-always-fail",
    );
  return mode;
}

/** What an entry grants whose peers must be authenticated. */
export function withAuthentication({ requests = [], ...grant }: CiliumGrant): CiliumGrant {
  return { ...grant, requests: [...requests, { type: "other", what: authenticated }] };
}

import { isQualifiedName } from "../semantics/names.ts";
import { booleanField, forEachItem, integerField, textField, textListField } from "./fields.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import { quote } from "./quote.ts";
import type { RawMapping } from "./raw-object.ts";

const texts = ["uid", "resourceVersion", "selfLink"];
const numbers = ["generation", "deletionGracePeriodSeconds"];
const times = ["creationTimestamp", "deletionTimestamp"];
const timeSyntax = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Checks what no answer hangs on but this: a policy whose metadata the API server refuses is not in force, and one with owners
 * is deleted with them. The cursor stands on the metadata of a policy of a file.
 */
export function checkPolicyMetadata(at: ObjectCursor, metadata: RawMapping): void {
  for (const field of texts) textField(at, metadata, field);
  for (const field of numbers) integerField(at, metadata, field);
  for (const field of times) checkTime(at, metadata, field);
  for (const [index, finalizer] of textListField(at, metadata, "finalizers").entries())
    if (!isQualifiedName(finalizer))
      at.refuse("invalid-name", ["finalizers", index], `${quote(finalizer)} cannot be the name of a finalizer`);
  forEachItem(at, metadata, "managedFields", () => {});
  checkOwners(at, metadata);
}

function checkTime(at: ObjectCursor, metadata: RawMapping, field: string): void {
  const time = textField(at, metadata, field);
  if (time !== undefined && !timeSyntax.test(time))
    at.refuse(
      "wrong-type",
      [field],
      `${field} ${quote(time)} is no time: write it like 2026-01-31T12:00:00Z, or leave it out`,
    );
}

const required = ["apiVersion", "kind", "name", "uid"];

/** "The object will be garbage collected if all owners are gone": one whose uid nothing has is gone. */
function checkOwners(at: ObjectCursor, metadata: RawMapping): void {
  let [owners, controllers] = [0, 0];
  forEachItem(at, metadata, "ownerReferences", (owner) => {
    owners++;
    for (const field of required) {
      const text = textField(at, owner, field);
      if (text === "" || owner[field] === undefined || owner[field] === null)
        at.refuse("missing-field", [], `an owner has apiVersion, kind, name and uid: ${field} is missing`);
    }
    booleanField(at, owner, "blockOwnerDeletion");
    if (booleanField(at, owner, "controller") === true) controllers++;
  });
  if (controllers > 1) at.refuse("invalid-policy", ["ownerReferences"], "one owner at most can be the controller");
  if (owners > 0)
    at.warn(
      "owned-policy",
      ["ownerReferences"],
      `the API server deletes a ${at.ref.kind} with its owners, and at once where no object has their uid: it is read as in force. Leave ownerReferences out of files`,
    );
}

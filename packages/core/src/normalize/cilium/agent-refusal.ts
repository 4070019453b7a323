import { mappingField } from "../fields.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import { emptyMapping, isList, isMapping, type RawObject } from "../raw-object.ts";

const longestMessage = 300;

/** What the agents say of a stored policy in its status: they validate it when they load it. */
export function agentRefusal(at: ObjectCursor, { value }: RawObject): string | undefined {
  const { conditions } = mappingField(at, value, "status") ?? emptyMapping;
  if (!isList(conditions)) return undefined;
  const invalid = conditions.find((each) => isMapping(each) && each["type"] === "Valid" && each["status"] === "False");
  if (!isMapping(invalid)) return undefined;
  const message = invalid["message"];
  return `the agent refuses it${typeof message === "string" && message !== "" ? `: ${message.slice(0, longestMessage)}` : ""}`;
}

import { mappingField } from "../fields.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import { emptyMapping, isList, isMapping, type RawObject } from "../raw-object.ts";

const longestMessage = 300;

/** What the operator alone minds: agents load such a policy all the same, and nothing passes of what must be authenticated. */
const ofOperatorOnly = /^mutual auth feature is disabled but an (?:ingress|egress) auth rule is defined in policy$/;

/** Why the agents refuse a stored policy. Its status has what the operator finds, a line for each: it validates as they do, and minds one thing more. */
export function agentRefusal(at: ObjectCursor, { value }: RawObject): string | undefined {
  const { conditions } = mappingField(at, value, "status") ?? emptyMapping;
  if (!isList(conditions)) return undefined;
  const invalid = conditions.find((each) => isMapping(each) && each["type"] === "Valid" && each["status"] === "False");
  if (!isMapping(invalid)) return undefined;
  const { message } = invalid;
  if (typeof message !== "string" || message === "") return "the agent refuses it";
  const ofAgents = message.split("\n").filter((line) => !ofOperatorOnly.test(line));
  return ofAgents.length === 0 ? undefined : `the agent refuses it: ${ofAgents.join("\n").slice(0, longestMessage)}`;
}

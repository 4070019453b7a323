/** What is said of a variable that nothing gives a value. */
export const noValue = "which has no value here";

/** Whether an object was not evaluated because it holds a variable: what gives it a value makes it one that is in force. */
export function isForVariable({ reason }: { readonly reason: string }): boolean {
  return reason.includes(`, ${noValue}: `);
}

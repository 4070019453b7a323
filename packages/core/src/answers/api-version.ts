/** The version of every JSON answer. */
export const apiVersion = "npa.dev/v1";

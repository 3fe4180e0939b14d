/** Table properties that are on or off (protocol, "Change Metadata"). */
import type { Metadata } from "../actions/actions.ts";

/** Whether the property is on, in any case; one that is not there is off. */
export function isOn({ configuration }: Pick<Metadata, "configuration">, property: string): boolean {
  return configuration[property]?.toLowerCase() === "true";
}

/** A refusal of what a table says in SQL, by its name and with the reason (protocol, "CHECK Constraints"). */
import { Failure } from "../../values/failure.ts";

/** What it is, of which feature, and its text. */
export interface Told { readonly feature: string; readonly name: string; readonly sql: string }

/** What `understand` gives; DELTA_UNSUPPORTED_FEATURE with all that a person must know where it does not understand. */
export function explained<T>({ feature, name, sql }: Told, where: string, understand: () => T): T {
  try {
    return understand();
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.code !== "DELTA_UNSUPPORTED_FEATURE") throw cause;
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} cannot be appended to: ${name} (${sql}) cannot be judged as Spark would: ${cause.message}.`, {
      hint: "Append with the engine that made the table, or have it dropped there.", place: { value: feature }, cause,
    });
  }
}

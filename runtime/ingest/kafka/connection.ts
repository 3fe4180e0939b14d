/** How every client of the Kafka library is set up, and what its errors mean in words. */
import { UserError, findErrorBy } from "@platformatic/kafka";
import type { BaseOptions } from "@platformatic/kafka";
import { Failure } from "../../values/failure.ts";

/** Of trouble with the brokers: which, and what the library says; undefined for a Failure, which is ours. */
export function brokerTrouble(brokers: readonly string[], error: unknown): string | undefined {
  return error instanceof Failure ? undefined : `${brokers.join(", ")}: ${reasonOf(error)}`;
}

/**
 * Options of a client; `clientId` is what the broker knows it by. The library's own pause of a second between two tries is far too long,
 * and its tries multiply, each within others: few of them tell soon that a broker is away, and whoever called tries again.
 */
export function clientOptions(brokers: readonly string[], clientId: string): BaseOptions {
  return { clientId, bootstrapBrokers: [...brokers], retries: 4, retryDelay: 25, connectTimeout: 2_000, metadataMaxAge: 30_000 };
}

/** Whether the broker's answer was this error, by its protocol name: `OFFSET_OUT_OF_RANGE`. */
export function isProtocolError(error: unknown, name: string): boolean {
  return error instanceof Error && findErrorBy(error, "apiId", name) !== null;
}

/** Whether the broker has no such topic; what the library says of that is no answer of the protocol. */
export function isUnknownTopic(error: unknown): boolean {
  return isProtocolError(error, "UNKNOWN_TOPIC_OR_PARTITION") || (error instanceof UserError && error.message.startsWith("Unknown topic "));
}

/** What an error of the library says, in one line: the innermost reason, since the outer ones only count tries. */
function reasonOf(error: unknown): string {
  const inner = error instanceof AggregateError ? (error.errors.at(-1) as unknown) : error instanceof Error ? error.cause : undefined;
  if (inner !== undefined && inner !== error) return reasonOf(inner);
  return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
}

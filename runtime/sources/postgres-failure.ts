/** What a server, or its silence, says, as our own failures: they name the server and the table, never who asks with what password. */
import { Failure } from "../values/failure.ts";
import { postgresLibrary } from "./postgres-library.ts";
import { shownServer } from "./postgres-server.ts";
import type { PostgresServer } from "./postgres-server.ts";

/** By SQLSTATE (PostgreSQL, Appendix A): what it means for who asks, the way out, and whether another try can help. */
const states: { readonly [state: string]: readonly [text: string, hint: string, retry: boolean] } = {
  "28000": ["does not let this user in", "See `user` in neuralake.config.ts, and pg_hba.conf of the server.", false],
  "28P01": ["does not take this user's password", "See where `password` in neuralake.config.ts is from.", false],
  "3D000": ["has no such database", "See `database` in neuralake.config.ts.", false],
  "42501": ["does not let this user read that", "GRANT SELECT on the table, and USAGE on its schema, to the user.", false],
  "53300": ["has no connection to spare", "Ask again, or lower connectionsMax.", true],
  "57014": ["took longer than statementMs allows", "Ask for less, or raise `statementMs` of the connection.", true],
  "57P01": ["is being stopped", "Ask again.", true],
  "57P03": ["is only starting", "Ask again.", true],
};

/** The failure behind an error of the client; one of ours stays as it is. */
export function postgresFailure(error: unknown, server: PostgresServer): Failure {
  if (error instanceof Failure) return error;
  const shown = `The ${shownServer(server)}`;
  if (error instanceof postgresLibrary().DatabaseError) {
    const [text, hint, retry] = states[error.code ?? ""] ?? [`refuses: ${error.message}`, "It is the server's own message.", false];
    const detail = error.code !== undefined && error.code in states && error.code === "42501" ? ` (${error.message})` : "";
    return new Failure("SOURCE_FAILED", `${shown} ${text}${detail}.`, { hint, retry, cause: error });
  }
  const reason = error instanceof AggregateError ? error.errors.map(reasonOf).join(", ") : reasonOf(error);
  return new Failure("SOURCE_FAILED", `${shown} does not answer: ${reason}.`, { hint: "See whether it runs, and whether it can be reached from here: `neuralake doctor`.", retry: true, cause: error });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
}

/**
 * What is served, in turn: a lake and the document that tells of it. A request keeps the edition it began with until its reply is out, and
 * one that failed for what a newer edition may know is answered once more from that one. So a catalog can change with no failed request.
 */
import type { FastifyReply, FastifyRequest, RouteGenericInterface } from "fastify";
import { Failure } from "../values/failure.ts";
import type { FailureCode } from "../values/failure-codes.ts";
import type { Service } from "./answer.ts";
import type { ServedLake } from "./served-lake.ts";

export interface Edition {
  readonly lake: ServedLake;
  /** generated/openapi.json. */
  readonly openapi: object;
}

export interface Editions {
  /** The newest, which stays open until it is given back. */
  take(): Edition;
  giveBack(edition: Edition): void;
  /** Whether a newer one than `edition` is there now; looks at once, and waits a short while where one must be on its way. */
  moved(edition: Edition): Promise<boolean>;
}

/** One edition that never changes. */
export function onlyEdition(edition: Edition): Editions {
  return { take: () => edition, giveBack: () => undefined, moved: () => Promise.resolve(false) };
}

/** What a request fails with when it, or the edition that answers it, is of another time than the tables. */
const timely: ReadonlySet<FailureCode> = new Set(["DELTA_TABLE_NOT_FOUND", "PARAMETER_INVALID", "ROWS_REFUSED", "SCHEMA_DIFFERS", "SQL_INVALID", "TABLE_NOT_FOUND", "TABLE_NOT_REFRESHED", "VALUE_INVALID"]);

/** Makes a route's handler of one that is told the edition to answer from. */
export type Answering = <R extends RouteGenericInterface>(
  handler: (service: Service, request: FastifyRequest<R>, reply: FastifyReply) => Promise<unknown>,
) => (request: FastifyRequest<R>, reply: FastifyReply) => Promise<unknown>;

/** Handlers that answer from the newest edition; `serviceOf` says what a handler is handed of it. */
export function answeringFrom(editions: Editions, serviceOf: (edition: Edition) => Service): Answering {
  return (handler) => async (request, reply) => {
    const edition = hold(editions, reply);
    try {
      return await handler(serviceOf(edition), request, reply);
    } catch (error) {
      if (!(error instanceof Failure) || !timely.has(error.code) || !(await editions.moved(edition))) throw error;
      return await handler(serviceOf(hold(editions, reply)), request, reply);
    }
  };
}

/** The newest edition, given back when the reply is out or its client has left. */
function hold(editions: Editions, { raw }: FastifyReply): Edition {
  const edition = editions.take();
  if (raw.closed) editions.giveBack(edition);
  else raw.once("close", () => editions.giveBack(edition));
  return edition;
}

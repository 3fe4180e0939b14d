/**
 * From what a configuration says of a connection to PostgreSQL to what its client is given. A password is looked up when a connection is opened, and
 * stands in no message: what is shown of a server is its host, its port and its database.
 */
import { quoteText } from "../../compiler/ir/names.ts";
import type { PostgresConfig } from "../config.ts";
import { Failure } from "../values/failure.ts";

export interface PostgresServer {
  /** Of the connection, in the configuration and in the catalog. */
  readonly connection: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  /** `unverified`: encrypted, whoever answers. */
  readonly tls: boolean | "unverified";
  readonly connectMs: number;
  readonly statementMs: number;
  readonly connectionsMax: number;
}

const tlsModes: { readonly [mode: string]: PostgresServer["tls"] } = { disable: false, require: "unverified", "verify-ca": true, "verify-full": true };

/** The server of a connection; CONFIG_INVALID where no such one is configured, or what is said of it does not lead to one. */
export function serverOf(connections: { readonly [name: string]: PostgresConfig }, connection: string): PostgresServer {
  const config = Object.hasOwn(connections, connection) ? connections[connection] : undefined;
  const known = Object.keys(connections);
  if (config === undefined) {
    throw new Failure("CONFIG_INVALID", `There is no PostgreSQL connection "${connection}".`, {
      hint: known.length === 0 ? `Name it in neuralake.config.ts: postgres: { ${connection}: { host: "localhost", database: "…", user: "…" } }.` : `neuralake.config.ts names ${known.join(", ")}.`,
    });
  }
  const url = config.url === undefined || config.url === "" ? undefined : urlOf(config.url, connection);
  const database = config.database ?? text(url?.pathname.slice(1));
  if (database === undefined) throw invalid(connection, "names no database", "Say `database`, or write it behind the `/` of its url.");
  return {
    connection,
    host: config.host ?? text(url?.hostname) ?? "localhost",
    port: config.port ?? (url === undefined || url.port === "" ? 5432 : Number(url.port)),
    database,
    user: config.user ?? text(url?.username) ?? process.env["PGUSER"] ?? "postgres",
    password: passwordOf(config, connection) ?? text(url?.password) ?? process.env["PGPASSWORD"],
    tls: config.tls ?? (url === undefined ? false : tlsOf(url, connection)),
    connectMs: config.connectMs ?? 10_000,
    statementMs: config.statementMs ?? 120_000,
    connectionsMax: config.connectionsMax ?? 8,
  };
}

/** `PostgreSQL connection "main" (shop at db.acme.com:5432)`. */
export function shownServer({ connection, host, port, database }: PostgresServer): string {
  return `PostgreSQL connection "${connection}" (${database} at ${host}:${port})`;
}

function urlOf(url: string, connection: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && /^postgres(?:ql)?:$/.test(parsed.protocol)) return parsed;
  // Not the text itself: a password may stand in it.
  throw invalid(connection, "has a url that is none of PostgreSQL's", "Write it as postgres://user@host:5432/database.");
}

function tlsOf(url: URL, connection: string): PostgresServer["tls"] {
  for (const [name, value] of url.searchParams) {
    if (name !== "sslmode") throw invalid(connection, `has ${quoteText(name)} in its url, which this version does not know`, "It knows sslmode; say what else there is to say beside the url.");
    const mode = tlsModes[value];
    if (mode === undefined) throw invalid(connection, `has the sslmode ${quoteText(value)}`, `Write ${Object.keys(tlsModes).join(", ")}.`);
    return mode;
  }
  return false;
}

function passwordOf({ password }: PostgresConfig, connection: string): string | undefined {
  if (password === undefined || typeof password === "string") return password;
  const value = process.env[password.env];
  if (value !== undefined && value !== "") return value;
  throw invalid(connection, `takes its password from the environment variable ${password.env}, which is not set`, "Set it where the command runs.");
}

function text(part: string | undefined): string | undefined {
  return part === undefined || part === "" ? undefined : decodeURIComponent(part);
}

function invalid(connection: string, what: string, hint: string): Failure {
  return new Failure("CONFIG_INVALID", `The PostgreSQL connection "${connection}" ${what}.`, { hint });
}

/** Which PostgreSQL servers a project's tables are read from: the environment variable's url, else the chosen environment's, else the configuration's. */
import type { Config, Environment, PostgresConfig } from "../runtime/config.ts";

/** By the names the catalog knows them by. */
export function postgresOf(config: Config, environment: Environment | undefined): { readonly [connection: string]: PostgresConfig } {
  const named = { ...config.postgres, ...environment?.postgres };
  return Object.fromEntries(Object.entries(named).map(([connection, facts]) => {
    const url = process.env[`NEURALAKE_POSTGRES_${connection.toUpperCase()}`] ?? "";
    return [connection, url === "" ? facts : { ...bounds(facts), url }];
  }));
}

/** What does not say which server it is. */
function bounds({ url: _url, host: _host, port: _port, database: _database, user: _user, password: _password, tls: _tls, ...rest }: PostgresConfig): PostgresConfig {
  return rest;
}

/** Every connection that some environment names: what is compiled is the same for all of them. */
export function postgresNames(config: Config): readonly string[] {
  return [...new Set([config, ...Object.values(config.environments ?? {})].flatMap(({ postgres = {} }) => Object.keys(postgres)))];
}

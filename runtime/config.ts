/** `neuralake/config`: what a project's neuralake.config.ts may say. All of it is optional; an environment overrides what it names. */

import type { OwnEmitter } from "../compiler/ir/own-emitter.ts";

export { defineEmitter } from "../compiler/ir/own-emitter.ts";
export type { OwnContext as EmitterContext, OwnEmitter as Emitter, OwnFile as EmittedFile } from "../compiler/ir/own-emitter.ts";

export interface Environment {
  /** Where the tables live: a directory, relative to the project, or `s3://bucket/prefix`. */
  readonly root?: string;
  /** Where messages come from; NEURALAKE_KAFKA_BROKERS overrides it. */
  readonly kafka?: KafkaConfig;
  /** How a lake on S3 is written to; only where others write to it too, who do it so. */
  readonly s3?: S3Config;
  /** The servers that tables under @postgresTable name, by the names the catalog knows them by; NEURALAKE_POSTGRES_<NAME> overrides the url of one. An environment names those that are otherwise in it. */
  readonly postgres?: { readonly [connection: string]: PostgresConfig };
}

/** What is left out is as libpq has it: `localhost`, 5432. */
export interface PostgresConfig {
  /** `postgres://user@host:5432/database`, with `?sslmode=require` where the server wants it; what stands beside it goes before what it says. */
  readonly url?: string;
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  /** One that may read is enough. PGUSER, or "postgres", when absent. */
  readonly user?: string;
  /** Best as the name of a variable of the environment: `{ env: "SHOP_PASSWORD" }`. PGPASSWORD when absent. */
  readonly password?: string | { readonly env: string };
  /** Whether the connection is encrypted and the server's certificate checked; "unverified": encrypted, whoever answers. */
  readonly tls?: boolean | "unverified";
  /** How long the server may take to take a connection, in milliseconds; 10,000 when absent. */
  readonly connectMs?: number;
  /** How long it may take for one step of a query, in milliseconds; 120,000 when absent. */
  readonly statementMs?: number;
  /** Connections that a process holds at most; 8 when absent. */
  readonly connectionsMax?: number;
}

export interface S3Config {
  /** Where the names of commits are taken, instead of on S3 itself: as Spark's S3DynamoDBLogStore does it. */
  readonly logStore?: { readonly dynamodb: DynamoDBConfig };
}

/** What is left out is as Spark has it. */
export interface DynamoDBConfig {
  /** "delta_log" when absent; NEURALAKE_DYNAMODB_TABLE overrides it. Made by the first writer where there is none. */
  readonly table?: string;
  /** "us-east-1" when absent. */
  readonly region?: string;
  /** `http://host:port` of a server of one's own; AWS_ENDPOINT_URL_DYNAMODB, or Amazon's, when absent. */
  readonly endpoint?: string;
}

export interface KafkaConfig {
  /** Some of the cluster's brokers, `host:port` each. */
  readonly brokers: readonly string[];
}

export interface CacheConfig {
  /** Folder of the copies, relative to the project; "./.neuralake/cache/objects" when absent. */
  readonly directory?: string;
  /** Bytes above which the copies go that were not asked for longest; 10,000,000,000 when absent. */
  readonly bytesMax?: number;
}

export interface DuckDBConfig {
  /** Folder with DuckDB's extension httpfs, relative to the project, by which queries read S3 without local copies; one that you installed for this very release of DuckDB is found without it. */
  readonly extensions?: string;
}

export interface Config extends Environment {
  /** Copies of data files on this machine, of a lake that lies on S3. */
  readonly cache?: CacheConfig;
  /** The engine in which queries run. */
  readonly duckdb?: DuckDBConfig;
  /** Folder of the author's files, relative to the project; "./catalog" when absent. */
  readonly catalog?: string;
  /** Folder of the compiled files, relative to the project; "./generated" when absent. */
  readonly generated?: string;
  /** What makes further files of the catalog, below the generated folder. */
  readonly emitters?: readonly OwnEmitter[];
  /** Chosen by `--env NAME` or NEURALAKE_ENV. */
  readonly environments?: { readonly [name: string]: Environment };
}

/** Returns the configuration as it is; it exists so that an editor knows the words. */
export function defineConfig(config: Config): Config {
  return config;
}

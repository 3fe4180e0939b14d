/** `neuralake/config`: what a project's neuralake.config.ts may say. All of it is optional; an environment overrides what it names. */

export interface Environment {
  /** Where the tables live: a directory, relative to the project, or `s3://bucket/prefix`. */
  readonly root?: string;
  /** Where messages come from; NEURALAKE_KAFKA_BROKERS overrides it. */
  readonly kafka?: KafkaConfig;
  /** How a lake on S3 is written to; only where others write to it too, who do it so. */
  readonly s3?: S3Config;
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
  /** Chosen by `--env NAME` or NEURALAKE_ENV. */
  readonly environments?: { readonly [name: string]: Environment };
}

/** Returns the configuration as it is; it exists so that an editor knows the words. */
export function defineConfig(config: Config): Config {
  return config;
}

/** `neuralake/config`: what a project's neuralake.config.ts may say. All of it is optional; an environment overrides what it names. */

export interface Environment {
  /** Where the tables live: a directory, relative to the project, or `s3://bucket/prefix`. */
  readonly root?: string;
  /** Where messages come from; NEURALAKE_KAFKA_BROKERS overrides it. */
  readonly kafka?: KafkaConfig;
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

export interface Config extends Environment {
  /** Copies of data files on this machine, of a lake that lies on S3. */
  readonly cache?: CacheConfig;
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

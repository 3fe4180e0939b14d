/** Spark with Delta for tests, as one process that answers SQL over HTTP: jars by Maven, run by the machine's Java. It takes some 800 MB. */
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseJson } from "../../runtime/values/json-text.ts";
import { cached } from "./cache.ts";
import { freePort } from "./free-port.ts";
import type { PeerRow } from "./python.ts";
import type { S3Address } from "./s3-server.ts";
import { startServer, type ServerProcess } from "./server-process.ts";
import { runTool } from "./tool.ts";

export interface SparkAddress {
  /** `http://host:port`. */
  readonly endpoint: string;
}

export interface SparkServer extends SparkAddress, ServerProcess {}

export interface Spark {
  /** Runs statements one after the other in a session of their own; the rows of each, values spelled as in our own JSON. */
  run(...statements: readonly string[]): Promise<readonly (readonly PeerRow[])[]>;
}

const source = (file: string) => fileURLToPath(new URL(`spark/${file}`, import.meta.url));

/** The folder with the jars and the compiled server. */
export async function installSpark(): Promise<string> {
  const release = await runTool("javac", ["-version"]);
  const sources = await Promise.all(["pom.xml", "s3a.xml", "SqlServer.java"].map((file) => readFile(source(file))));
  return cached("spark", [release, ...sources], async (folder) => {
    const lib = path.join(folder, "lib");
    await mkdir(lib);
    const copy = ["dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${lib}`];
    await runTool("mvn", ["-B", "-ntp", "-q", "-f", source("pom.xml"), ...copy]);
    await runTool("mvn", ["-B", "-ntp", "-q", "-f", source("s3a.xml"), ...copy, "-DexcludeGroupIds=io.netty,org.slf4j,com.fasterxml.jackson.core,commons-logging"]);
    await runTool("javac", ["-nowarn", "-cp", path.join(lib, "*"), "-d", path.join(folder, "classes"), source("SqlServer.java")]);
  });
}

/** A Spark of the caller's own. What it keeps beside tables goes with it. */
export async function startSpark(): Promise<SparkServer> {
  const installed = await installSpark();
  let endpoint = "";
  const server = await startServer("spark", async (folder) => {
    const port = await freePort();
    endpoint = `http://127.0.0.1:${port}`;
    const own = { ...settings, "spark.local.dir": folder, "spark.sql.warehouse.dir": path.join(folder, "warehouse"), "java.io.tmpdir": folder, "derby.system.home": folder };
    const flags = [...jvm, ...Object.entries(own).map(([name, value]) => `-D${name}=${value}`)];
    return { name: "Spark", command: "java", args: [...flags, "-cp", `${installed}/classes:${installed}/lib/*`, "SqlServer", String(port)], answers: () => isThere(endpoint) };
  });
  return { ...server, endpoint };
}

/** What a running Spark is asked through. */
export function openSpark({ endpoint }: SparkAddress): Spark {
  return {
    async run(...statements) {
      const reply = await fetch(endpoint, { method: "POST", body: JSON.stringify(statements) });
      const text = await reply.text();
      if (!reply.ok) throw new Error(`Spark: ${text.slice(0, 2000)}`);
      return parseJson(text) as unknown as readonly (readonly PeerRow[])[];
    },
  };
}

/** Statements by which a session reaches a bucket of a server, whose tables are then `s3a://bucket/…`. */
export function s3aSettings(server: S3Address, bucket: string): readonly string[] {
  const own = {
    endpoint: server.endpoint, "access.key": server.accessKeyId, "secret.key": server.secretAccessKey, "path.style.access": "true",
    "endpoint.region": "us-east-1", "connection.ssl.enabled": "false",
  };
  return Object.entries(own).map(([name, value]) => `SET \`fs.s3a.bucket.${bucket}.${name}\`=\`${value}\``);
}

/** Every row of a Delta table, by its path or `s3a://` address, as Spark reads it. */
export async function sparkRows(spark: Spark, table: string, { version, settings: own = [] }: { readonly version?: number; readonly settings?: readonly string[] } = {}): Promise<readonly PeerRow[]> {
  return (await spark.run(...own, `SELECT * FROM delta.\`${table}\`${version === undefined ? "" : ` VERSION AS OF ${version}`}`)).at(-1) ?? [];
}

const isThere = (endpoint: string) => fetch(endpoint, { method: "POST", body: "[]" }).then((reply) => reply.text().then(() => reply.ok), () => false);

/** Few and small tasks, and no code compiled for them: the tables of tests have a handful of rows. */
const settings: Readonly<Record<string, string>> = {
  "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
  "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
  "spark.ui.enabled": "false",
  "spark.driver.host": "127.0.0.1",
  "spark.driver.bindAddress": "127.0.0.1",
  "spark.default.parallelism": "1",
  "spark.sql.shuffle.partitions": "1",
  "spark.databricks.delta.snapshotPartitions": "1",
  "spark.sql.adaptive.enabled": "false",
  "spark.sql.codegen.wholeStage": "false",
  "spark.sql.codegen.factoryMode": "NO_CODEGEN",
  "spark.sql.session.timeZone": "UTC",
  "spark.sql.datetime.java8API.enabled": "true",
};

const opens = ["java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.util", "java.util.concurrent", "java.util.concurrent.atomic", "sun.nio.ch", "sun.nio.cs", "sun.security.action", "sun.util.calendar"];
/** Compiled quickly, once: 48 MB of code, which is what a JVM keeps that compiles in one tier, are too few for Spark, and what is swept out is compiled again. */
const jvm = ["-Xmx1g", "-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=240m", "-Duser.timezone=UTC", "-Djdk.reflect.useDirectMethodHandle=false", "-Dio.netty.tryReflectionSetAccessible=true", ...[...opens, "jdk.internal.ref"].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`)];

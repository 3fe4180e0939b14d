/** A Kafka broker (KRaft, one node) for tests: jars by Maven, run by the machine's Java. Topics are never made by themselves. */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Admin, ListOffsetTimestamps } from "@platformatic/kafka";
import { freePort } from "./free-port.ts";
import { mavenJars } from "./maven-jars.ts";
import { startServer, type ServerPlan, type ServerProcess } from "./server-process.ts";
import { runTool } from "./tool.ts";

export interface KafkaAddress {
  /** `host:port` of each. */
  readonly brokers: readonly string[];
}

export interface Kafka extends KafkaAddress, ServerProcess {}

export interface TopicOptions {
  readonly partitions?: number;
  /** Settings of Kafka's, as "retention.ms". */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Without these the library waits a second before it tries again what a young broker refused. */
export const eager = { retries: 200, retryDelay: 25 };

const source = (file: string) => fileURLToPath(new URL(`kafka/${file}`, import.meta.url));
const jvm = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", `-Dlog4j2.configurationFile=${source("log4j2.properties")}`];

/** The folder of the broker's jars. */
export const installKafka = (): Promise<string> => mavenJars("kafka");

/** A broker of the caller's own, empty. */
export async function startKafka(): Promise<Kafka> {
  const jars = await installKafka();
  let port = 0;
  const server = await startServer("kafka", async (folder) => {
    port = await freePort();
    return formatted(jars, folder, port, await freePort());
  });
  return { ...server, brokers: [`127.0.0.1:${port}`] };
}

/** Makes a topic, of one partition unless told otherwise, and tells its id; every partition has its leader by then. */
export async function makeTopic(kafka: KafkaAddress, topic: string, options: TopicOptions = {}): Promise<string> {
  const admin = new Admin({ clientId: "neuralake-tests", bootstrapBrokers: [...kafka.brokers], ...eager });
  try {
    const configs = Object.entries(options.settings ?? {}).map(([name, value]) => ({ name, value }));
    const [made] = await admin.createTopics({ topics: [topic], partitions: options.partitions ?? 1, replicas: 1, configs });
    if (made === undefined) throw new Error(`the broker did not say that it made ${topic}`);
    const partitions = Array.from({ length: made.partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp: ListOffsetTimestamps.LATEST }));
    await admin.listOffsets({ topics: [{ name: topic, partitions }] });
    return made.id;
  } finally {
    await admin.close();
  }
}

/** Sixteen bytes in base64; the first is zero, since Kafka's command line takes what begins with "-" for an option. */
const newClusterId = () => Buffer.concat([Buffer.alloc(1), randomBytes(15)]).toString("base64url");

async function formatted(jars: string, folder: string, port: number, controllerPort: number): Promise<ServerPlan> {
  const settings = path.join(folder, "server.properties");
  await writeFile(settings, brokerSettings(path.join(folder, "data"), port, controllerPort));
  const classPath = ["-cp", path.join(jars, "*")];
  await runTool("java", ["-Xmx128m", ...jvm, ...classPath, "kafka.tools.StorageTool", "format", "-t", newClusterId(), "-c", settings]);
  return {
    name: "Kafka",
    command: "java",
    args: ["-Xms64m", "-Xmx128m", ...jvm, ...classPath, "kafka.Kafka", settings],
    // The broker says so when the controller has taken it in and its topics can be reached.
    answers: async (log) => log.includes("Kafka Server started"),
  };
}

/** A short session lets a broker that was killed come back within seconds; the rest keeps it small. */
const brokerSettings = (data: string, port: number, controllerPort: number) => `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs=${data}
num.partitions=1
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
offsets.topic.segment.bytes=1048576
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
transaction.state.log.segment.bytes=1048576
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.cleaner.dedupe.buffer.size=2097152
log.cleaner.threads=1
num.network.threads=2
num.io.threads=2
broker.session.timeout.ms=1000
broker.heartbeat.interval.ms=250
message.max.bytes=16777216
replica.fetch.max.bytes=16777216
`;

/** DynamoDB Local for tests: jars by Maven, run by the machine's Java. Its tables lie in a file, so that it has them again after a kill. */
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { freePort } from "./free-port.ts";
import { mavenJars } from "./maven-jars.ts";
import { startServer, type ServerProcess } from "./server-process.ts";
import { runTool } from "./tool.ts";

export interface DynamoDBAddress {
  /** `http://host:port`. Any credentials will do; tables are the same for all of them. */
  readonly endpoint: string;
}

export interface LocalDynamoDB extends DynamoDBAddress, ServerProcess {}

const source = fileURLToPath(new URL("dynamodb/LocalDynamoDB.java", import.meta.url));

/** The folder of its jars. Its runner is compiled as it starts, which a Java without a compiler cannot. */
export async function installDynamoDB(): Promise<string> {
  const jars = await mavenJars("dynamodb");
  await runTool("javac", ["-version"]);
  return jars;
}

/** A DynamoDB of the caller's own, without a table. */
export async function startDynamoDB(): Promise<LocalDynamoDB> {
  const jars = await installDynamoDB();
  let endpoint = "";
  const server = await startServer("dynamodb", async (folder) => {
    const port = await freePort();
    const data = path.join(folder, "data");
    await mkdir(data, { recursive: true });
    endpoint = `http://127.0.0.1:${port}`;
    const jvm = ["-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", `-Djava.library.path=${jars}`];
    return { name: "DynamoDB Local", command: "java", args: [...jvm, "-cp", path.join(jars, "*"), source, String(port), data], answers: async (log) => log.includes("listening") };
  });
  return { ...server, endpoint };
}

/** A plain client of the server, to be destroyed by the caller. */
export function dynamoDBClient({ endpoint }: DynamoDBAddress): DynamoDB {
  return new DynamoDB({ endpoint, region: "us-east-1", credentials: { accessKeyId: "any", secretAccessKey: "any" } });
}

/** The name of a table that nobody made yet. */
export const newTableName = (): string => `delta_log_${randomBytes(6).toString("hex")}`;

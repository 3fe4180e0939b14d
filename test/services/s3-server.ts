/** What the S3 servers of tests have in common: one pair of keys, buckets as path segments, reached with the AWS SDK. */
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { freePort } from "./free-port.ts";
import { startServer, type ServerProcess } from "./server-process.ts";

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3Address extends S3Keys {
  /** `http://host:port`; buckets are path segments. */
  readonly endpoint: string;
}

export interface S3Server extends S3Address, ServerProcess {}

/** How one kind of server is run. */
export interface S3Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A path that answers 200 once the server is there. */
  readonly health: string;
}

/** Starts a server as `command` says, given its keys, its `host:port` and an empty folder for its objects. */
export async function startS3(name: string, command: (keys: S3Keys, host: string, data: string) => S3Command, keys = newKeys()): Promise<S3Server> {
  let endpoint = "";
  const server = await startServer(name, async (folder) => {
    const host = `127.0.0.1:${await freePort()}`;
    const data = path.join(folder, "data");
    await mkdir(data);
    endpoint = `http://${host}`;
    const { health, ...run } = command(keys, host, data);
    return { name, ...run, answers: () => isHealthy(endpoint + health) };
  });
  return { ...server, ...keys, endpoint };
}

const newKeys = (): S3Keys => ({ accessKeyId: `test${randomBytes(6).toString("hex")}`, secretAccessKey: randomBytes(16).toString("hex") });

const isHealthy = (url: string) => fetch(url).then((reply) => reply.text().then(() => reply.ok), () => false);

/** The variables by which the AWS SDK, and so every command and client of ours, finds the server. */
export function awsEnvironment(server: S3Address): Record<string, string> {
  return { AWS_ENDPOINT_URL_S3: server.endpoint, AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: server.accessKeyId, AWS_SECRET_ACCESS_KEY: server.secretAccessKey };
}

/** A plain client of the server, to be destroyed by the caller; it asks `maxAttempts` times where an answer invites it to. */
export function s3Client(server: S3Address, maxAttempts = 3): S3Client {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  return new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, maxAttempts, credentials: { accessKeyId, secretAccessKey } });
}

/** A new bucket; its name is `prefix` and what makes it the only one. */
export async function makeBucket(server: S3Address, prefix = "test"): Promise<string> {
  const bucket = `${prefix}-${randomBytes(6).toString("hex")}`;
  const client = s3Client(server);
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    return bucket;
  } finally {
    client.destroy();
  }
}

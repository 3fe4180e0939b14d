/** What the S3 servers of tests have in common: built by Go from the module beside them, one pair of keys, reached with the AWS SDK. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { cached } from "./cache.ts";
import { freePort } from "./free-port.ts";
import { startServer, type ServerProcess } from "./server-process.ts";
import { runTool } from "./tool.ts";

export interface S3Address {
  /** `http://host:port`; buckets are path segments. */
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3Server extends S3Address, ServerProcess {}

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3Kind {
  readonly name: string;
  /** The Go package of the server's command, of a module in the folder of that name. */
  readonly package: string;
  /** A path that answers 200 once the server is there. */
  readonly health: string;
  args(address: string, data: string): readonly string[];
  env(keys: S3Keys): Readonly<Record<string, string>>;
}

/** The server's binary. */
export async function installS3(kind: S3Kind): Promise<string> {
  const module = fileURLToPath(new URL(`${kind.name}/`, import.meta.url));
  const pinned = [await readFile(path.join(module, "go.mod")), await readFile(path.join(module, "go.sum"))];
  const folder = await cached(kind.name, pinned, async (part) => {
    const args = ["build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w", "-o", path.join(part, kind.name), kind.package];
    await runTool("go", args, { cwd: module, env: { CGO_ENABLED: "0", GOWORK: "off" } });
  });
  return path.join(folder, kind.name);
}

/** A server of the caller's own, without a bucket. */
export async function startS3(kind: S3Kind): Promise<S3Server> {
  const command = await installS3(kind);
  const keys = { accessKeyId: `test${randomBytes(6).toString("hex")}`, secretAccessKey: randomBytes(16).toString("hex") };
  let endpoint = "";
  const server = await startServer(kind.name, async (folder) => {
    const address = `127.0.0.1:${await freePort()}`;
    endpoint = `http://${address}`;
    const data = path.join(folder, "data");
    await mkdir(data);
    return { name: kind.name, command, args: kind.args(address, data), env: kind.env(keys), answers: () => isHealthy(endpoint + kind.health) };
  });
  return { ...server, ...keys, endpoint };
}

const isHealthy = (url: string) => fetch(url).then((reply) => reply.body?.cancel().then(() => reply.ok) ?? reply.ok, () => false);

/** The variables by which the AWS SDK, and so every command and client of ours, finds the server. */
export function awsEnvironment(server: S3Address): Record<string, string> {
  return { AWS_ENDPOINT_URL_S3: server.endpoint, AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: server.accessKeyId, AWS_SECRET_ACCESS_KEY: server.secretAccessKey };
}

/** A plain client of the server, to be destroyed by the caller. */
export function s3Client(server: S3Address): S3Client {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  return new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
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

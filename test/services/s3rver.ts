/** s3rver for tests: an S3 server that takes no notice of conditions, so that what must be refused can be shown. */
import path from "node:path";
import { npmPackage } from "./npm-package.ts";
import { startS3, type S3Server } from "./s3-server.ts";

/** The keys it knows; they cannot be chosen. */
const keys = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };

/** The package's folder. */
export const installS3rver = (): Promise<string> => npmPackage("s3rver", "3.7.1");

/** An s3rver of the caller's own, without a bucket. */
export async function startS3rver(): Promise<S3Server> {
  const command = path.join(await installS3rver(), "bin/s3rver.js");
  return startS3("s3rver", (_keys, host, data) => {
    const [address = "", port = ""] = host.split(":");
    return { command: process.execPath, args: [command, "--silent", "--no-vhost-buckets", "-a", address, "-p", port, "-d", data], env: {}, health: "/" };
  }, keys);
}

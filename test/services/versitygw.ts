/** versitygw for tests: a second S3 server that honours conditional PUT; objects are files of a folder. */
import { goBinary } from "./go-binary.ts";
import { startS3, type S3Server } from "./s3-server.ts";

/** The binary. */
export const installVersitygw = (): Promise<string> => goBinary("versitygw", "github.com/versity/versitygw/cmd/versitygw");

/** A versitygw of the caller's own, without a bucket. */
export async function startVersitygw(): Promise<S3Server> {
  const binary = await installVersitygw();
  return startS3("versitygw", ({ accessKeyId, secretAccessKey }, host, data) => ({
    command: binary,
    args: ["--port", host, "--health", "/health", "--quiet", "posix", data],
    env: { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
    health: "/health",
  }));
}

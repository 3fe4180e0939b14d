/** versitygw for tests: a second S3 server that honours conditional PUT; objects are files of a folder. */
import { installS3, startS3, type S3Kind, type S3Server } from "./s3-server.ts";

const versitygw: S3Kind = {
  name: "versitygw",
  package: "github.com/versity/versitygw/cmd/versitygw",
  health: "/health",
  args: (address, data) => ["--port", address, "--health", "/health", "--quiet", "posix", data],
  env: ({ accessKeyId, secretAccessKey }) => ({ ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey }),
};

/** Builds it where it is not built yet. */
export const installVersitygw = (): Promise<string> => installS3(versitygw);

/** A versitygw of the caller's own. */
export const startVersitygw = (): Promise<S3Server> => startS3(versitygw);

/** MinIO for tests: an S3 server that honours conditional PUT, built from source by the machine's Go. */
import { installS3, startS3, type S3Kind, type S3Server } from "./s3-server.ts";

const minio: S3Kind = {
  name: "minio",
  package: "github.com/minio/minio",
  health: "/minio/health/live",
  args: (address, data) => ["server", "--quiet", "--address", address, data],
  env: ({ accessKeyId, secretAccessKey }) => ({ MINIO_ROOT_USER: accessKeyId, MINIO_ROOT_PASSWORD: secretAccessKey, MINIO_BROWSER: "off", MINIO_UPDATE: "off" }),
};

/** Builds it where it is not built yet, which takes minutes once. */
export const installMinio = (): Promise<string> => installS3(minio);

/** A MinIO of the caller's own. */
export const startMinio = (): Promise<S3Server> => startS3(minio);

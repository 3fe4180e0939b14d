/** MinIO for tests: an S3 server that honours conditional PUT, built from source by the machine's Go. */
import { goBinary } from "./go-binary.ts";
import { startS3, type S3Server } from "./s3-server.ts";

/** The binary; building it takes minutes, once. */
export const installMinio = (): Promise<string> => goBinary("minio", "github.com/minio/minio");

/** A MinIO of the caller's own, without a bucket. */
export async function startMinio(): Promise<S3Server> {
  const binary = await installMinio();
  return startS3("minio", ({ accessKeyId, secretAccessKey }, host, data) => ({
    command: binary,
    args: ["server", "--quiet", "--address", host, data],
    env: { MINIO_ROOT_USER: accessKeyId, MINIO_ROOT_PASSWORD: secretAccessKey, MINIO_BROWSER: "off", MINIO_UPDATE: "off" },
    health: "/minio/health/live",
  }));
}

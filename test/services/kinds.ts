/** Every service and tool that tests can ask for, by name. */
import { installChromium } from "./chromium.ts";
import { installCompose } from "./compose.ts";
import { installDynamoDB, startDynamoDB } from "./dynamodb.ts";
import { installKafka, startKafka } from "./kafka.ts";
import { installMinio, startMinio } from "./minio.ts";
import { installPostgres, startPostgres } from "./postgres.ts";
import { installPython } from "./python.ts";
import { installS3rver, startS3rver } from "./s3rver.ts";
import type { ServerProcess } from "./server-process.ts";
import { installSpark, startSpark } from "./spark.ts";
import { installVersitygw, startVersitygw } from "./versitygw.ts";

export interface ServiceKind {
  /** Makes it ready on this machine, which may take minutes once; tells where it is. */
  install(): Promise<string>;
  /** Starts one; a tool, which is only installed, has no such thing. */
  readonly start?: () => Promise<ServerProcess>;
}

export const serviceKinds: Readonly<Record<string, ServiceKind>> = {
  kafka: { install: installKafka, start: startKafka },
  minio: { install: installMinio, start: startMinio },
  versitygw: { install: installVersitygw, start: startVersitygw },
  dynamodb: { install: installDynamoDB, start: startDynamoDB },
  postgres: { install: installPostgres, start: startPostgres },
  s3rver: { install: installS3rver, start: startS3rver },
  spark: { install: installSpark, start: startSpark },
  python: { install: installPython },
  chromium: { install: installChromium },
  compose: { install: installCompose },
};

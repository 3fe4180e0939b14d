/**
 * Tests that need services: `await withServices(["kafka"], "…", ({ kafka }) => { test(…) })` at the top of a test file is a `describe` with
 * services that the whole run shares; `withOwnServices` hands functions that start some of the test's own, to be killed at will. Where one
 * cannot be had the tests are skipped, and the run says so once; under CI=true that is a failure.
 */
import { get } from "node:http";
import { text } from "node:stream/consumers";
import type { Browser } from "playwright-core";
import { describe, inject, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { composeReader, type ReadCompose } from "./compose.ts";
import type { Answer, Wish } from "./coordinator.ts";
import { startDynamoDB, type DynamoDBAddress } from "./dynamodb.ts";
import { startKafka, type KafkaAddress } from "./kafka.ts";
import { startMinio } from "./minio.ts";
import { startPostgres, type PostgresAddress } from "./postgres.ts";
import { openPython, type Python } from "./python.ts";
import type { S3Address } from "./s3-server.ts";
import { startS3rver } from "./s3rver.ts";
import { openSpark, startSpark, type Spark, type SparkAddress } from "./spark.ts";
import { startVersitygw } from "./versitygw.ts";

interface SharedServices {
  readonly kafka: KafkaAddress;
  readonly minio: S3Address;
  readonly versitygw: S3Address;
  readonly dynamodb: DynamoDBAddress;
  readonly s3rver: S3Address;
  readonly postgres: PostgresAddress;
  readonly spark: Spark;
  readonly python: Python;
  /** Opens a browser, to be closed by the caller. */
  readonly chromium: () => Promise<Browser>;
  readonly compose: ReadCompose;
}

const starters = { kafka: startKafka, minio: startMinio, versitygw: startVersitygw, dynamodb: startDynamoDB, s3rver: startS3rver, postgres: startPostgres, spark: startSpark };

/** What a test is handed, made of the facts that the coordinator told. */
const opened: { readonly [Name in keyof SharedServices]: (facts: unknown) => SharedServices[Name] } = {
  kafka: (facts) => facts as KafkaAddress,
  minio: (facts) => facts as S3Address,
  versitygw: (facts) => facts as S3Address,
  dynamodb: (facts) => facts as DynamoDBAddress,
  s3rver: (facts) => facts as S3Address,
  postgres: (facts) => facts as PostgresAddress,
  spark: (facts) => openSpark(facts as SparkAddress),
  python: (facts) => openPython(facts as string),
  chromium: (facts) => () => launchChromium(facts as string),
  compose: (facts) => composeReader(facts as string),
};

/** A `describe` of tests that use the run's shared services; others use them too, so names of topics and buckets must be the test's own. */
export async function withServices<Name extends keyof SharedServices>(
  names: readonly Name[],
  title: string,
  body: (services: Pick<SharedServices, Name>) => void,
): Promise<void> {
  const answers = await askAll("running", names);
  const services = () => Object.fromEntries(names.map((name, index) => [name, opened[name](factsOf(answers[index]))])) as Pick<SharedServices, Name>;
  describeWith(answers, title, () => body(services()));
}

/** A `describe` of tests that start services for themselves, and stop them. */
export async function withOwnServices<Name extends keyof typeof starters>(
  names: readonly Name[],
  title: string,
  body: (start: Pick<typeof starters, Name>) => void,
): Promise<void> {
  describeWith(await askAll("installed", names), title, () => body(starters));
}

function describeWith(answers: readonly Answer[], title: string, body: () => void): void {
  const missing = answers.flatMap((answer) => "missing" in answer ? [answer.missing] : []);
  if (missing.length === 0) describe(title, body);
  else if (process.env["CI"] === "true") test(title, () => { throw new Error(`a service could not be had: ${missing.join("; ")}`); });
  else test.skip(title);
}

const factsOf = (answer: Answer | undefined) => answer !== undefined && "facts" in answer ? answer.facts : undefined;

const askAll = (wish: Wish, names: readonly string[]) => Promise.all(names.map((name) => ask(wish, name)));

/** No timeout: a first build may take minutes. */
async function ask(wish: Wish, name: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  get(`${inject("services")}/${wish}/${name}`, (reply) => void text(reply).then(resolve, reject)).on("error", reject);
  return JSON.parse(await promise) as Answer;
}

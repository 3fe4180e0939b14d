/** What DynamoDB, or the way to it, answered: told apart by what can be done next, and told in words that hold nothing of a signature. */
import { Failure } from "../values/failure.ts";
import { answerOf, causeOf } from "./s3-failure.ts";

/** What is known after an error of a request. */
export type TableAnswer =
  /** The condition did not hold: there is such a row. */
  | "taken"
  | "no table"
  /** Nothing was done, and a later try may do. */
  | "busy"
  /** Nothing was done, and the next try would not differ. */
  | "refused"
  /** The server was not reached: nothing was done. */
  | "unreached"
  /** It may have been done, or may still be. */
  | "unknown";

const answers: { readonly [name: string]: TableAnswer } = {
  ConditionalCheckFailedException: "taken",
  ResourceNotFoundException: "no table",
  LimitExceededException: "busy",
  ProvisionedThroughputExceededException: "busy",
  RequestLimitExceeded: "busy",
  ResourceInUseException: "busy",
  ThrottlingException: "busy",
  TransactionConflictException: "busy",
};
const wrongCredentials = new Set(["UnrecognizedClientException", "InvalidSignatureException", "IncompleteSignature", "MissingAuthenticationToken", "ExpiredTokenException", "InvalidClientTokenId"]);

/** What an error of a request means. */
export function tableAnswer(error: unknown): TableAnswer {
  const known = error instanceof Error ? answers[error.name] : undefined;
  if (known !== undefined) return known;
  const answer = answerOf(error);
  return answer === "unknown" || answer === "unreached" || answer === "busy" ? answer : "refused";
}

/** The failure behind an error, in words: STORE_FAILED; a failure stays as it is. `what` was asked for, of the table called `name`. */
export function tableFailure(error: unknown, name: string, what: string): Failure {
  if (error instanceof Failure) return error;
  const cause = causeOf(error);
  const kind = error instanceof Error ? error.name : "";
  if (wrongCredentials.has(kind)) return new Failure("STORE_FAILED", `DynamoDB does not accept the credentials for ${name}: ${kind}.`, { hint: "Look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, or at AWS_PROFILE.", cause });
  if (kind === "CredentialsProviderError") return new Failure("STORE_FAILED", `There are no credentials for ${name}.`, { hint: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.", cause });
  if (kind === "AccessDeniedException") return new Failure("STORE_FAILED", `DynamoDB denies access to ${name}, asked for ${what}.`, { hint: "The credentials need dynamodb:GetItem, dynamodb:PutItem and dynamodb:Query on it, and where it is not there yet dynamodb:CreateTable and dynamodb:DescribeTable.", cause });
  const answer = tableAnswer(error);
  const silent = answer === "unreached" || answer === "unknown";
  return new Failure("STORE_FAILED", `${name[0]?.toUpperCase()}${name.slice(1)} ${silent ? "does not answer" : "refuses"}, asked for ${what}: ${cause.message}`, {
    cause, retry: silent || answer === "busy", ...(silent ? { hint: "Are region and endpoint the right ones (s3.logStore.dynamodb of neuralake.config.ts, AWS_ENDPOINT_URL_DYNAMODB)?" } : {}),
  });
}

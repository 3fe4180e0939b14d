/**
 * Whether a table is whole: every file of its log is read and held against the commits, every live file against what the log says of it, and
 * what no version names is told. Nothing is changed (protocol, "Version Checksum File").
 */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { Action, AddFile } from "../actions/actions.ts";
import { placeOf, readCheckpoint } from "../checkpoints/checkpoint.ts";
import { noteDamage } from "../checkpoints/late-damage.ts";
import { loggedFacts, readChecksum } from "../log/checksum.ts";
import { readDeletionVector } from "../deletion-vectors/deletion-vector.ts";
import type { CountRows } from "../engine.ts";
import { below, decodePath, isAbsolute } from "../actions/file-paths.ts";
import { hintPath, hintState } from "../log/last-checkpoint.ts";
import { checksumPath, listLog, logDirectory, newestOf, reachable, readActions, readCommit } from "../log/log.ts";
import type { LogListing, LoggedCheckpoint } from "../log/log.ts";
import { fileKey } from "../actions/file-keys.ts";
import { physicalRecordsOf } from "../actions/records.ts";
import { applyActions, emptyState, filesOf } from "../actions/replay.ts";
import type { ReplayState } from "../actions/replay.ts";
import { localFile, sizeOf } from "./read.ts";
import { readSnapshot } from "./snapshot.ts";
import type { Snapshot } from "./snapshot.ts";
import { keepsCommitTimes } from "./time-travel.ts";
import { keepNamed, neededFiles } from "../maintenance/needed-files.ts";
import { candidates } from "../maintenance/vacuum.ts";

/** What a repair can do about a finding: write the file that names the last checkpoint anew, set a checkpoint aside and write it anew, remove a checksum, or drop a file that is gone from the log. */
export type Mend = { readonly what: "last-checkpoint" | "checksum" | "drop" } | { readonly what: "checkpoint"; readonly version: number; readonly names: readonly string[] };

/** What is not as it should be; the path is relative to the table, or absolute. Without `mend` nothing but a copy helps, or vacuum where it is an orphan. */
export interface Finding { readonly kind: "missing" | "broken" | "orphaned"; readonly path: string; readonly message: string; readonly mend?: Mend }

export interface Verification {
  readonly location: string;
  /** The newest; null when it cannot be put together. */
  readonly version: number | null;
  /** Files of the log that were read, and live files whose footers were. */
  readonly logFiles: number;
  readonly files: number;
  readonly bytes: number;
  readonly rows: number | null;
  readonly findings: readonly Finding[];
}

interface Verifying { readonly store: Store; readonly location: string; readonly countRows: CountRows; readonly findings: Finding[]; readonly signal: AbortSignal | undefined; logFiles: number; readonly named: Set<string> }

const filesAtOnce = 16;

/** Verifies a table. DELTA_TABLE_NOT_FOUND; everything else that is wrong is a finding. */
export async function verifyTable(store: Store, location: string, countRows: CountRows, signal?: AbortSignal): Promise<Verification> {
  const verifying: Verifying = { store, location, countRows, findings: [], signal, logFiles: 0, named: new Set() };
  const listing = await listLog(store, location);
  if (newestOf(listing) === undefined) throw new Failure("DELTA_TABLE_NOT_FOUND", `There is no Delta table at ${store.locate(location)}.`);
  await verifyLog(verifying, listing);
  await verifyHint(verifying, listing);
  const snapshot = await found(verifying, logDirectory(""), async () => await readSnapshot(store, location));
  if (snapshot !== undefined) {
    await found(verifying, checksumPath("", snapshot.version), async () => await verifyChecksum(verifying, snapshot), ({ message }) => (message.startsWith("The checksum") ? { what: "checksum" } : undefined));
    await found(verifying, logDirectory(""), async () => {
      for (const files of inParts(snapshot.files)) await verifyFiles(verifying, files);
    });
    await found(verifying, logDirectory(""), async () => await findOrphans(verifying, snapshot));
  }
  const { files, bytes, rows } = snapshot === undefined ? { files: 0, bytes: 0, rows: null } : ((await found(verifying, logDirectory(""), async () => sizeOf(snapshot))) ?? { files: snapshot.files.length, bytes: snapshot.files.bytes, rows: null });
  return { location: store.locate(location), version: snapshot?.version ?? null, logFiles: verifying.logFiles, files, bytes, rows, findings: verifying.findings };
}

/** What `act` gives; undefined, and a finding, when it fails for the table's sake. */
async function found<T>({ findings, signal }: Verifying, path: string, act: () => Promise<T>, mendOf: (error: Failure) => Mend | undefined = () => undefined): Promise<T | undefined> {
  signal?.throwIfAborted();
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Failure) || error.code.startsWith("STORE_")) throw error;
    const kind = error.code === "FILE_NOT_FOUND" ? "missing" : "broken";
    const mend = mendOf(error);
    if (!findings.some(({ message }) => message === error.message)) findings.push({ kind, path: error.place?.file ?? path, message: error.message, ...(mend === undefined ? {} : { mend }) });
    return undefined;
  }
}

/** Readers do without it; one that misleads them is told. */
async function verifyHint({ store, location, findings }: Verifying, listing: LogListing): Promise<void> {
  if ((await hintState(store, location, listing)) !== "broken") return;
  findings.push({ kind: "broken", path: hintPath(""), message: `${hintPath("")} names no checkpoint that is there.`, mend: { what: "last-checkpoint" } });
}

/** Reads each file of the log; where it is there from the first commit on, checkpoints are held against the commits before them. */
async function verifyLog(verifying: Verifying, listing: LogListing): Promise<void> {
  const { store, location } = verifying;
  const state = emptyState();
  let whole = listing.commits[0]?.version === 0;
  const last = listing.commits.at(-1)?.version ?? -1;
  const present = new Set(listing.commits.map(({ version }) => version));
  // Commits below are of no version that can be read: a clean-up of the log, by whomever, left them, and nobody needs those between.
  const oldest = reachable(listing)[0]?.version ?? -1;
  for (let version = listing.commits[0]?.version ?? 0; version <= last; version += 1) {
    const name = `${logDirectory("")}${String(version).padStart(20, "0")}.json`;
    if (!present.has(version) && version > oldest) verifying.findings.push({ kind: "missing", path: name, message: `The log lacks version ${version}.` });
    const actions = present.has(version) ? await found(verifying, name, async () => noteNamed(verifying, await readCommit(store, location, version))) : undefined;
    verifying.logFiles += actions === undefined ? 0 : 1;
    whole &&= actions !== undefined && (await found(verifying, name, async () => applyAll(state, actions))) === true;
    for (const checkpoint of listing.checkpoints.filter((one) => one.version === version)) await verifyCheckpoint(verifying, checkpoint, whole ? keysOf(state) : undefined);
  }
  for (const checkpoint of listing.checkpoints.filter((one) => !present.has(one.version))) await verifyCheckpoint(verifying, checkpoint, undefined);
  for (const { name } of listing.compactions) {
    verifying.logFiles += (await found(verifying, `${logDirectory("")}${name}`, async () => await readActions(store, `${logDirectory(location)}${name}`))) === undefined ? 0 : 1;
  }
}

function applyAll(state: ReplayState, actions: readonly Action[]): true {
  applyActions(state, actions);
  return true;
}

/** Notes what the actions name: a version that is in the log needs it, also where a checkpoint behind it has left its tombstone out. */
function noteNamed<A extends readonly Action[]>({ store, location, named }: Verifying, actions: A): A {
  for (const action of actions) {
    keepNamed(named, store, location, action);
    if (action.cdc !== undefined) named.add(decodePath(action.cdc.path));
  }
  return actions;
}

async function verifyCheckpoint(verifying: Verifying, checkpoint: LoggedCheckpoint, files: ReadonlySet<string> | undefined): Promise<void> {
  const { store, location, findings } = verifying;
  const path = `${logDirectory("")}${checkpoint.names[0]}`;
  const mend: Mend = { what: "checkpoint", version: checkpoint.version, names: checkpoint.names };
  const state = await found(verifying, path, async () => {
    const read = emptyState();
    for await (const actions of readCheckpoint(store, location, checkpoint, ["protocol", "metaData", "txn", "domainMetadata", "add", "remove"])) applyActions(read, noteNamed(verifying, actions).filter(({ remove }) => remove === undefined));
    return read;
  }, () => mend);
  if (state === undefined) {
    noteDamage(placeOf(store, location, checkpoint));
    return;
  }
  verifying.logFiles += checkpoint.names.length;
  const lacking = state.protocol === undefined ? "protocol" : state.metadata === undefined ? "metaData" : undefined;
  if (lacking !== undefined) findings.push({ kind: "broken", path, message: `The checkpoint of version ${checkpoint.version} has no ${lacking}.`, mend });
  const own = keysOf(state);
  if (files === undefined || (files.size === own.size && files.isSubsetOf(own))) return;
  findings.push({ kind: "broken", path, message: `The checkpoint of version ${checkpoint.version} has ${own.size} files, and they are not the ${files.size} that the commits up to it leave.`, mend });
}

function keysOf(state: ReplayState): ReadonlySet<string> {
  return new Set(filesOf(state)[Symbol.iterator]().map(fileKey));
}

async function verifyChecksum({ store, location, findings }: Verifying, snapshot: Snapshot): Promise<void> {
  const checksum = await readChecksum(store, location, snapshot.version);
  if (checksum === undefined) return;
  const { path, says, namesDomains } = checksum;
  const inCommitTime = keepsCommitTimes(snapshot.protocol, snapshot.metadata) ? snapshot.committed : undefined;
  const is = loggedFacts({ ...snapshot, inCommitTime });
  const unsaid = namesDomains ? [...is.keys()].filter((fact) => fact.startsWith("domainMetadata.") && !says.has(fact)) : [];
  const wrong = [...says.keys(), ...unsaid].find((fact) => says.get(fact) !== is.get(fact));
  if (wrong !== undefined) findings.push({ kind: "broken", path, message: `The checksum of version ${snapshot.version} says ${wrong} ${says.get(wrong) ?? "nothing"}, and the log gives ${is.get(wrong) ?? "nothing"}.`, mend: { what: "checksum" } });
}

function* inParts(files: Iterable<AddFile>): Generator<readonly AddFile[]> {
  let part: AddFile[] = [];
  for (const file of files) {
    part.push(file);
    if (part.length < filesAtOnce) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

async function verifyFiles(verifying: Verifying, files: readonly AddFile[]): Promise<void> {
  const local = await Promise.all(files.map(async (file) => await found(verifying, file.path, async () => await verifySize(verifying, file), ({ code, place }) => (code === "FILE_NOT_FOUND" && place?.file === file.path ? { what: "drop" } : undefined))));
  const there = files.flatMap((file, k) => (local[k] === undefined ? [] : [{ file, url: local[k] }]));
  const counts = await verifying.countRows(there.map(({ url }) => url));
  for (const [k, { file }] of there.entries()) {
    const [rows, said] = [counts[k], await found(verifying, file.path, async () => physicalRecordsOf(file))];
    if (rows instanceof Error) verifying.findings.push({ kind: "broken", path: file.path, message: `${file.path} is no Parquet file that can be read: ${rows.message}` });
    else if (rows !== undefined && said !== undefined && rows !== said) verifying.findings.push({ kind: "broken", path: file.path, message: `${file.path} holds ${rows} rows, and the log says ${said}.` });
  }
}

/** The file where the engine can open it, when it is as long as the log says and its deletion vector can be read. */
async function verifySize({ store, location }: Verifying, file: AddFile): Promise<string> {
  if (!isAbsolute(file.path)) {
    const head = await store.head(below(location, decodePath(file.path)));
    if (head === undefined) throw new Failure("FILE_NOT_FOUND", `${file.path} is not there.`, { place: { file: file.path } });
    if (head.size !== file.size) throw new Failure("DELTA_LOG_BROKEN", `${file.path} has ${head.size} bytes, and the log says ${file.size}.`, { place: { file: file.path } });
  }
  if (file.deletionVector !== undefined) await readDeletionVector(store, location, file.deletionVector);
  return await localFile(store, location, file);
}

/** Files that no version still in the log names: of a writer that is not done, or that gave up. */
async function findOrphans({ store, location, findings, named }: Verifying, snapshot: Snapshot): Promise<void> {
  const { needed } = await neededFiles(store, location, snapshot, 0);
  for (const { path, size } of await candidates(store, location, snapshot, Number.POSITIVE_INFINITY)) {
    if (!needed.has(path) && !named.has(path)) findings.push({ kind: "orphaned", path, message: `${path} (${size} bytes) is named by no version.` });
  }
}

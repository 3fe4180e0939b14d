/**
 * Whether a commit can still follow others that came first (protocol does not say; this is the conflict check of Delta's own engine):
 * what it was built on must stand in each of them.
 */
import type { Action, AddFile } from "../actions/actions.ts";
import { fileKey } from "../actions/file-keys.ts";

/** What two commits were at odds over. "losses": others came first too many times; "exists": a table is there already. */
export type ConflictAbout = "protocol" | "metadata" | "transaction" | "files" | "losses" | "exists";

export interface Conflict { readonly about: ConflictAbout; readonly reason: string }

/** The transaction version of each application that a commit builds on, exactly; undefined for one that never committed. */
export type Expectations = ReadonlyMap<string, number | undefined>;

/** What a commit read of a table's files to come to its actions. */
export interface ReadFiles {
  /** Keys of the files that were read. */
  readonly keys: ReadonlySet<string>;
  /** The first of some new files that may hold a row that would have been read too. */
  mayHold(added: readonly AddFile[]): Promise<AddFile | undefined>;
  /** Domains that were read beside; none when left out. */
  readonly domains?: ReadonlySet<string>;
}

/** Why a winner's files make untrue what a commit read; undefined when they do not. */
export async function staleRead({ keys, mayHold, domains }: ReadFiles, winner: readonly Action[]): Promise<Conflict | undefined> {
  const gone = winner.find(({ remove }) => remove !== undefined && keys.has(fileKey(remove)))?.remove;
  if (gone !== undefined) return { about: "files", reason: `${gone.path}, whose rows were read, was removed` };
  const domain = winner.find(({ domainMetadata }) => domainMetadata !== undefined && domains?.has(domainMetadata.domain) === true)?.domainMetadata;
  if (domain !== undefined) return { about: "metadata", reason: `the domain "${domain.domain}", which was read, was changed` };
  const added = await mayHold(winner.flatMap(({ add }) => (add === undefined || add.dataChange === false ? [] : [add])));
  return added && { about: "files", reason: `${added.path} was added, which may hold rows that are to be changed` };
}

/** Whether nothing but new files, and marks of who wrote them, are committed. */
export function isAppend(actions: readonly Action[]): boolean {
  return actions.every((action) => action.add !== undefined || action.txn !== undefined);
}

/** Whether files that others add leave these actions true: new files do not care, nor does the same data in other files. */
export function standsOverAppends(actions: readonly Action[]): boolean {
  if (isAppend(actions)) return true;
  return actions.every(({ add, remove, metaData, protocol }) => {
    const file = add ?? remove;
    return metaData === undefined && protocol === undefined && (file === undefined || file.dataChange === false);
  });
}

/** Why our actions cannot follow a winner's; undefined when they can. */
export function conflictWith(ours: readonly Action[], winner: readonly Action[], overAppends: boolean): Conflict | undefined {
  if (winner.some((action) => action.protocol)) return { about: "protocol", reason: "the table's protocol was changed" };
  if (winner.some((action) => action.metaData)) return { about: "metadata", reason: "the table's schema or properties were changed" };
  return sameDomain(ours, winner) ?? sameApplication(ours, winner) ?? sameFiles(ours, winner, overAppends);
}

/** Why a table with these transactions is not the one that a commit builds on. */
export function unexpected(transactions: ReadonlyMap<string, number>, expects: Expectations | undefined): Conflict | undefined {
  for (const [appId, version] of expects ?? []) {
    const found = transactions.get(appId);
    if (found !== version) return { about: "transaction", reason: `the application "${appId}" is at version ${found ?? "none"}, not at ${version ?? "none"}` };
  }
  return undefined;
}

function sameDomain(ours: readonly Action[], winner: readonly Action[]): Conflict | undefined {
  const domains = new Set(ours.flatMap((action) => action.domainMetadata?.domain ?? []));
  const same = winner.find((action) => action.domainMetadata && domains.has(action.domainMetadata.domain));
  return same?.domainMetadata && { about: "metadata", reason: `the domain "${same.domainMetadata.domain}" was changed` };
}

function sameApplication(ours: readonly Action[], winner: readonly Action[]): Conflict | undefined {
  const apps = new Set(ours.flatMap((action) => action.txn?.appId ?? []));
  const same = winner.find((action) => action.txn && apps.has(action.txn.appId));
  return same?.txn && { about: "transaction", reason: `the application "${same.txn.appId}" committed version ${same.txn.version} meanwhile` };
}

/** A file that we replace must be as it was: neither removed nor named again. */
function sameFiles(ours: readonly Action[], winner: readonly Action[], overAppends: boolean): Conflict | undefined {
  const touched = new Set(ours.flatMap((action) => (action.remove === undefined ? [] : [fileKey(action.remove)])));
  for (const { add, remove } of winner) {
    if (remove && touched.has(fileKey(remove))) return { about: "files", reason: `${remove.path} was removed` };
    if (add && touched.has(fileKey(add))) return { about: "files", reason: `${add.path} was changed` };
    if (add?.dataChange === true && !overAppends) return { about: "files", reason: `${add.path} was added` };
  }
  return undefined;
}

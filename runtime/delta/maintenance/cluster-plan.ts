/**
 * Which files of a clustered table are clustered anew. What was clustered together is a cube, as Spark's tags of its files tell. A file is left alone when it is in a cube by the table's present
 * columns; all others become a new cube, together with every cube that weighs no more than they: so a row is clustered again as often as its cube can double (protocol, "Clustered Table").
 */
import { randomUUID } from "node:crypto";
import type { AddFile } from "../actions/actions.ts";
import type { Bin } from "./repacking.ts";

const provider = "liquid";
const cubeTag = "ZCUBE_ID";
const columnsTag = "ZCUBE_ZORDER_BY";

/** What the log says of the files of a new cube, by the columns' names as queries call them. */
export function cubeMarks(columns: readonly string[]): Required<Pick<AddFile, "tags" | "clusteringProvider">> {
  return { tags: { [cubeTag]: randomUUID(), [columnsTag]: JSON.stringify(columns) }, clusteringProvider: provider };
}

/** The files of the next cube; none when all are clustered. Files that somebody else clusters in ways of his own stay. */
export function planClustering(files: Iterable<AddFile>, columns: readonly string[]): readonly Bin[] {
  const ours = Iterator.from(files).filter(({ clusteringProvider = provider }) => clusteringProvider === provider).toArray();
  const cubes = Map.groupBy(ours, (file) => cubeOf(file, columns));
  const chosen = new Set(cubes.get(undefined));
  if (chosen.size === 0) return [];
  let weight = bytesOf([...chosen]);
  const others = [...cubes].filter(([cube]) => cube !== undefined).map(([, own]) => own).toSorted((left, right) => bytesOf(left) - bytesOf(right));
  for (const own of others) {
    if (bytesOf(own) > weight) break;
    weight += bytesOf(own);
    for (const file of own) chosen.add(file);
  }
  return [{ partitionValues: {}, files: ours.filter((file) => chosen.has(file)) }];
}

/** Whether a clustering by these columns leaves a file alone. */
export function isClustered(file: AddFile, columns: readonly string[]): boolean {
  return (file.clusteringProvider ?? provider) !== provider || cubeOf(file, columns) !== undefined;
}

/** The cube that a file is in; undefined for one that is in none by these columns. */
function cubeOf({ clusteringProvider, tags }: AddFile, columns: readonly string[]): string | undefined {
  return clusteringProvider === provider && tags?.[columnsTag] === JSON.stringify(columns) ? (tags[cubeTag] ?? undefined) : undefined;
}

function bytesOf(files: readonly AddFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

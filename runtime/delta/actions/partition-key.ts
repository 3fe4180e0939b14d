/** Files of one partition known as such (protocol, "Add File and Remove File": partitionValues), in whatever order their values stand. */

/** The same for files of one partition. */
export function partitionKey({ partitionValues }: { readonly partitionValues: { readonly [column: string]: string | null } }): string {
  return JSON.stringify(Object.entries(partitionValues).toSorted());
}

/** What an author who comes from another tool most likely means by a decorator that is none of ours. */

/** A sentence by name; the names are those of ORMs, validators and schema languages. */
export const foreignWords: { readonly [name: string]: string } = {
  primaryKey: "Write @key().", primary: "Write @key().", id: "Write @key().", Id: "Write @key().", PrimaryColumn: "Write @key().", PrimaryGeneratedColumn: "Write @key().",
  foreignKey: "Write @references(() => Table, \"column\").", reference: "Write @references(() => Table, \"column\").", relation: "Write @references(() => Table, \"column\").", ManyToOne: "Write @references(() => Table, \"column\").",
  index: "Rows with near values lie near each other under @cluster().", sortKey: "Rows with near values lie near each other under @cluster().", orderBy: "Rows with near values lie near each other under @cluster().",
  column: "A column needs no word: its type says what it is.", Column: "A column needs no word: its type says what it is.", field: "A column needs no word: its type says what it is.",
  nullable: "A column that may be absent has `| null` in its type.", optional: "A column that may be absent has `| null` in its type.", IsOptional: "A column that may be absent has `| null` in its type.",
  notNull: "A column without `| null` is never absent.", required: "A column without `| null` is never absent.",
  entity: "Write @deltaTable().", Entity: "Write @deltaTable().", model: "Write @deltaTable().", schema: "Write @deltaTable().",
  default: "Rows older than the column get what @initially(…) says.", Default: "Rows older than the column get what @initially(…) says.",
  minValue: "Write @between(low, high).", maxValue: "Write @between(low, high).", min: "Write @between(low, high).", max: "Write @between(low, high).", Min: "Write @between(low, high).", Max: "Write @between(low, high).", range: "Write @between(low, high).",
  pattern: "Write @matches(/…/).", regex: "Write @matches(/…/).", Matches: "Write @matches(/…/).",
  partitionBy: "Write @partition() over the column.", partitionKey: "Write @partition() over the column.", renamed: "Write @was(\"old_name\").", renamedFrom: "Write @was(\"old_name\").",
  doc: "What a comment says is the documentation.", description: "What a comment says is the documentation.", deprecated: "Write @deprecated in the comment.",
};

/** What the author wrote in the comment over a class, a column or a method. */
import { ts } from "ts-morph";

export interface Comment {
  /** The prose, without tags; empty when there is none. */
  readonly doc: string;
  /** The text of `@deprecated`, possibly empty; undefined without the tag. */
  readonly deprecated: string | undefined;
  /** The prose of each `@param`. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Reads the comment nearest to `node`. */
export function commentOf(node: ts.Node): Comment {
  const blocks = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const block = blocks.at(-1);
  const parameters = new Map<string, string>();
  let deprecated: string | undefined;
  for (const tag of block?.tags ?? []) {
    if (ts.isJSDocParameterTag(tag)) parameters.set(tag.name.getText(), prose(tag.comment).replace(/^-\s*/, ""));
    if (tag.tagName.text === "deprecated") deprecated = prose(tag.comment);
  }
  return { doc: prose(block?.comment), deprecated, parameters };
}

/** The comment's facts as the Catalog's types take them. */
export function documented(comment: Comment): { doc: string; deprecated?: string } {
  return { doc: comment.doc, ...(comment.deprecated === undefined ? {} : { deprecated: comment.deprecated }) };
}

function prose(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
  return (ts.getTextOfJSDocComment(comment) ?? "").split("\n").map((line) => line.trimEnd()).join("\n").trim();
}

/** What the tests ask of Mermaid: its own types draw in those of all that it draws with. */
declare module "mermaid" {
  const mermaid: {
    /** Fails with what it cannot read. */
    parse(text: string): Promise<unknown>;
    /** Of a text that was parsed before. */
    readonly mermaidAPI: { getDiagramFromText(text: string): Promise<{ readonly db: object }> };
  };
  export default mermaid;
}

/** How messages name a server: `http://127.0.0.1:9000`, without a user's name and password. */
export function endpointName(endpoint: string): string {
  if (!URL.canParse(endpoint)) return "the configured endpoint";
  const { protocol, host, pathname } = new URL(endpoint);
  return `${protocol}//${host}${pathname.replace(/\/$/, "")}`;
}

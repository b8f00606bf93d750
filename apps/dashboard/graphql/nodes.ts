/** The nodes of a Relay connection, in order. */
export function nodesOf<Node>(connection: Connection<Node> | null | undefined): Node[] {
  const nodes: Node[] = [];
  for (const edge of connection?.edges ?? []) if (edge?.node != null) nodes.push(edge.node);
  return nodes;
}

type Connection<Node> = {
  readonly edges?: readonly ({ readonly node?: Node | null } | null)[] | null;
};

import { Client } from 'pg';

/**
 * A statement that runs longer, or a transaction in which nothing is said for longer, is ended by Postgres itself: a
 * client that gives up waiting would leave it running, and its connection taken. Set for the role, because poolers
 * refuse such settings at the start of a connection.
 */
const patience = { statement_timeout: '60s', idle_in_transaction_session_timeout: '120s' } as const;

/** The database roles of the platform, made by the migrations. */
export type RoleName = 'zeropoint_app' | 'zeropoint_auth' | 'zeropoint_relay';

/**
 * Lets each role log in with the password of its URL, and limits how long it may keep a connection busy. Where the owner may not alter roles (a managed Postgres whose
 * administrator made them), each URL must already work, and is tried.
 */
export async function prepareRoles(owner: Client, urls: Readonly<Record<RoleName, string>>): Promise<void> {
  const mayAlter = await canAlterRoles(owner);
  for (const [role, url] of Object.entries(urls)) {
    const { username, password } = new URL(url);
    if (decodeURIComponent(username) !== role) {
      throw new Error(
        `The database URL of ${role} names the user "${decodeURIComponent(username)}". It must be ${role}.`,
      );
    }
    if (mayAlter) {
      const set = `alter role ${owner.escapeIdentifier(role)} login password ${owner.escapeLiteral(decodeURIComponent(password))}`;
      await owner.query(set);
      for (const [name, value] of Object.entries(patience)) {
        await owner.query(`alter role ${owner.escapeIdentifier(role)} set ${name} = ${owner.escapeLiteral(value)}`);
      }
    } else {
      await tryConnection(role, url);
    }
  }
}

async function canAlterRoles(owner: Client): Promise<boolean> {
  const { rows } = await owner.query<{ allowed: boolean }>(
    'select rolsuper or rolcreaterole as allowed from pg_roles where rolname = current_user',
  );
  return rows[0]?.allowed ?? false;
}

async function tryConnection(role: string, url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
  } catch (cause) {
    throw new Error(
      `${role} cannot log in: ${cause instanceof Error ? cause.message : cause}. The owner of the database may not alter roles, so its administrator must run: alter role ${role} login password '…';`,
      { cause },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

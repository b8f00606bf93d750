/** The link that an invited person follows. */
export function invitationUrl(id: string): string {
  return `${location.origin}/invitations/${encodeURIComponent(id)}`;
}

/** Names that the reader has to go through one by one, so that they are not cut short as elsewhere. */
export function enumerated(names: readonly string[]): string {
  return names.length > most ? `${names.slice(0, most).join(', ')} and ${names.length - most} more` : names.join(', ');
}

const most = 40;

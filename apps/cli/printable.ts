/**
 * Text with names from a stranger's file, fit for a terminal: control characters could move its cursor, hide a line or
 * answer for the user, and bidirectional ones turn words round. Line ends and tabs stay.
 */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, '\uFFFD');
}

import { z } from 'zod';

/** What a tus client says of its file before it sends it; the names are part of the API. */
const schema = z.object({
  organization: z.string().min(1).max(100),
  projectId: z.string().min(1).max(200),
  filename: z
    .string()
    .min(1)
    .max(200)
    .refine((name) => !/[\p{C}/\\]/u.test(name) && name !== '.' && name !== '..', {
      message: 'a file name has no slashes and no characters that cannot be seen',
    })
    // What file systems take. The store would refuse it too, but only after all bytes had come.
    .refine((name) => Buffer.byteLength(name) <= 255, { message: 'a file name has 255 bytes at most in UTF-8' }),
  sha256: z
    .string()
    .toLowerCase()
    .regex(/^[0-9a-f]{64}$/, 'sha256 is 64 hexadecimal digits'),
});

export type UploadMetadata = z.infer<typeof schema>;

/** The metadata, or a sentence that says what is wrong with it. */
export function parseUploadMetadata(
  given: Readonly<Record<string, string | null>> | undefined,
): UploadMetadata | string {
  const parsed = schema.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return `Upload-Metadata needs organization, projectId, filename and sha256; ${issue?.path.join('.')}: ${issue?.message}.`;
}

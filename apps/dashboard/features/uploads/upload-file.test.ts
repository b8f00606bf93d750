import { expect, test } from 'vitest';
import { type UploadStatus, uploadFile } from './upload-file.ts';

test('an empty file is refused before anything is sent', async () => {
  const status = await new Promise<UploadStatus>((onStatus) =>
    uploadFile({ file: new File([], 'empty.pth'), organization: 'demo', projectId: 'p', onStatus }),
  );
  expect(status).toEqual({
    phase: 'failed',
    message: 'empty.pth is empty (0 bytes); choose a file with something in it.',
  });
});

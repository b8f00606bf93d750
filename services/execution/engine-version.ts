import packageFile from '../../package.json' with { type: 'json' };

export const engineVersion: string = packageFile.version;

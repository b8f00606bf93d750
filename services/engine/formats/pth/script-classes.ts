import { overLimit } from '../byte-source.ts';
import { limits } from '../limits.ts';
import type { ZipArchive } from '../zip/archive.ts';
import { readEntry } from '../zip/read-entry.ts';
import type { ScriptClass, ScriptClasses } from './contents.ts';

/**
 * Which attributes of a TorchScript class are parameters and which are buffers: its source under `code/` lists
 * them (torch/csrc/jit/serialization/python_print.cpp). Nothing else of the code is read.
 */
export async function readScriptClasses(archive: ZipArchive, directory: string): Promise<ScriptClasses> {
  const { source } = archive;
  const folder = `${directory}/code/`;
  const files = [...archive.entries.values()].filter(({ name }) => name.startsWith(folder) && name.endsWith('.py'));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (files.length > limits.scriptFiles || bytes > limits.scriptBytes)
    throw overLimit(
      source,
      `has ${files.length} files of code of ${bytes} bytes; at most ${limits.scriptFiles} of ${limits.scriptBytes} bytes are read.`,
    );
  const classes = new Map<string, ScriptClass>();
  for (const file of files) {
    const module = file.name.slice(folder.length, -'.py'.length).replaceAll('/', '.');
    const text = Buffer.from(await readEntry(source, file, limits.scriptBytes)).toString('utf8');
    for (const [, name, body = ''] of text.matchAll(/^class (\w+)\(Module\):\n((?: {2}.*\n)*)/gm)) {
      classes.set(`${module}.${name}`, {
        parameters: listOf(body, '__parameters__'),
        buffers: listOf(body, '__buffers__'),
      });
    }
  }
  return classes;
}

/** `  __parameters__ = ["weight", "bias", ]`. */
function listOf(body: string, what: string): readonly string[] {
  const line = body.split('\n').find((candidate) => candidate.startsWith(`  ${what} = [`)) ?? '';
  return [...line.matchAll(/"([^"\\]*)"/g)].map(([, name = '']) => name);
}

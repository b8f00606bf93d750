import type { Command, CommanderError } from 'commander';
import { InputError } from '#contract/failure.ts';
import { type BackendCard, catalogue } from '#contract/recipe/catalogue.ts';
import { optionValues } from './option-values.ts';

/** Words that commander does not know, in one sentence, with what was probably meant. */
export function wrongWords({ code, message }: CommanderError, command: Command): InputError {
  const [said = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const unknown = code === 'commander.unknownOption' ? /'--([\w-]+)/.exec(said)?.[1] : undefined;
  const hint = (unknown && settingOf(unknown)) ?? suggestion?.replace(/^\((.*)\)$/, '$1');
  const help = `See \`zeropoint ${command.name() === 'zeropoint' ? '' : `${command.name()} `}--help\`.`;
  return new InputError('RECIPE_INVALID', said, { remedy: hint ? `${hint} ${help}` : help });
}

/** Where an option is one of a backend’s own, as `--group-size` is torchao’s `group_size`. */
function settingOf(flag: string): string | undefined {
  const key = flag.replaceAll('-', '_');
  for (const { id, kwargs } of Object.values<BackendCard>(catalogue)) {
    const option = kwargs[key];
    if (option) return `It is one of ${id}’s own: --set ${key}=VALUE, where VALUE is ${optionValues(option)}.`;
  }
  return undefined;
}

import { Command } from 'commander';
import { engineVersion } from '#execution/engine-version.ts';
import { wrongWords } from './wrong-words.ts';

/**
 * The `zeropoint` command. Wrong words on the line are wrong input: an `InputError`; printed help is a `CommanderError`.
 * Only the command that is called is loaded; without one, for the help, all are.
 */
export async function program(called: string | undefined): Promise<Command> {
  const root = new Command('zeropoint')
    .description('Post-training quantization of local files with torchao, modelopt.pytorch and modelopt.onnx.')
    .version(engineVersion);
  const wanted = Object.entries(commands).filter(([name]) => name === called);
  for (const [, load] of wanted.length > 0 ? wanted : Object.entries(commands)) root.addCommand(await load());
  for (const command of [root, ...root.commands]) throwInsteadOfExit(command);
  return root;
}

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  quantize: async () => (await import('./commands/quantize.ts')).quantizeCommand(),
  plan: async () => (await import('./commands/plan.ts')).planCommand(),
  inspect: async () => (await import('./commands/inspect.ts')).inspectCommand(),
  lint: async () => (await import('./commands/lint.ts')).lintCommand(),
  promote: async () => (await import('./commands/promote.ts')).promoteCommand(),
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand(),
};

function throwInsteadOfExit(command: Command): void {
  command.configureOutput({ outputError: () => {} }).exitOverride((error) => {
    if (error.exitCode === 0 || error.code === 'commander.help') throw error;
    throw wrongWords(error, command);
  });
}

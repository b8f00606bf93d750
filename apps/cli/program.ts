import { Command } from 'commander';
import { InputError } from '#contract/failure.ts';
import { engineVersion } from '#execution/engine-version.ts';
import { inspectCommand } from './commands/inspect.ts';
import { planCommand } from './commands/plan.ts';
import { quantizeCommand } from './commands/quantize.ts';

/** The `zeropoint` command. Wrong words on the line are wrong input: an `InputError`; printed help is a `CommanderError`. */
export function program(): Command {
  const root = new Command('zeropoint')
    .description('Post-training quantization of local files with torchao, modelopt.pytorch and modelopt.onnx.')
    .version(engineVersion);
  for (const command of [quantizeCommand(), planCommand(), inspectCommand()]) root.addCommand(command);
  for (const command of [root, ...root.commands]) throwInsteadOfExit(command);
  return root;
}

function throwInsteadOfExit(command: Command): void {
  command.configureOutput({ outputError: () => {} }).exitOverride((error) => {
    if (error.exitCode === 0 || error.code === 'commander.help') throw error;
    throw new InputError('RECIPE_INVALID', error.message.replace(/^error: /, ''), {
      remedy: `See \`zeropoint ${command.name() === 'zeropoint' ? '' : `${command.name()} `}--help\`.`,
    });
  });
}

import { parseDocument } from 'yaml';
import { invalidRecipe } from './invalid-recipe.ts';
import { type ParsedRecipe, recipeFromSection } from './recipe-from-section.ts';

/** Reads TAO's `quantize:` section as YAML text, or as the value that such a text stands for: `recipeFromSection`. */
export function parseRecipe(source: unknown): ParsedRecipe {
  return recipeFromSection(typeof source === 'string' ? parseYaml(source) : source);
}

const maxYamlCharacters = 262_144;

function parseYaml(text: string): unknown {
  if (text.length > maxYamlCharacters)
    throw invalidRecipe(
      `the YAML has ${text.length} characters, the limit is ${maxYamlCharacters}`,
      'Shorten the list of rules.',
    );
  const document = parseDocument(text, { schema: 'core', prettyErrors: true, logLevel: 'silent' });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem)
    throw invalidRecipe(
      `the YAML cannot be read: ${problem.message.split('\n')[0]?.replace(/:\s*$/, '')}`,
      'Mend the line it names.',
    );
  try {
    // A recipe has no use for aliases, and a few of them can stand for billions of nodes.
    return document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw invalidRecipe('the YAML uses aliases (`*name`)', 'Write the values out.', cause);
  }
}

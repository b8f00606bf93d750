import type { Fact, Report } from '#bus/messages.ts';
import type { ArtifactStore } from '#storage/store.ts';
import { outputPrefix } from './output-prefix.ts';
import { readSpoken } from './read-spoken.ts';

/** A fact with its words in it, wherever they travelled. */
export type SpokenFact = Exclude<Fact, { readonly fact: 'planKey' }>;

/** The facts of a report; a plan that is gone from the store was read before, with the same report. */
export async function readFacts(store: ArtifactStore, report: Report): Promise<readonly SpokenFact[]> {
  const facts: SpokenFact[] = [];
  for (const fact of report.facts) {
    if (fact.fact !== 'planKey') facts.push(fact);
    else {
      const planJson = await readSpoken(store, outputPrefix(report), { word: 'plan', key: fact.planKey });
      if (planJson !== null) facts.push({ fact: 'planJson', planJson });
    }
  }
  return facts;
}

import type { LintFinding, LintReport } from '#contract/lint.ts';
import { builder } from '../schema/builder.ts';

const LintLevelEnum = builder.enumType('LintLevel', {
  values: { ERROR: { value: 'error' }, WARNING: { value: 'warning' }, INFO: { value: 'info' } } as const,
});

const LintFindingType = builder.objectRef<LintFinding>('LintFinding').implement({
  fields: (t) => ({
    rule: t.exposeString('rule'),
    level: t.expose('level', { type: LintLevelEnum }),
    /** '' where the model as a whole is meant. */
    node: t.exposeString('node'),
    message: t.exposeString('message'),
    remedy: t.exposeString('remedy'),
    count: t.exposeInt('count'),
    others: t.stringList({ resolve: (finding) => [...finding.others] }),
  }),
});

export const LintReportType = builder.objectRef<LintReport>('LintReport').implement({
  fields: (t) => ({
    findings: t.field({ type: [LintFindingType], resolve: (report) => [...report.findings] }),
    errors: t.int({ resolve: (report) => report.counts.errors }),
    warnings: t.int({ resolve: (report) => report.counts.warnings }),
    infos: t.int({ resolve: (report) => report.counts.infos }),
    trtexec: t.exposeString('trtexec'),
    trtexecNote: t.exposeString('trtexecNote'),
  }),
});

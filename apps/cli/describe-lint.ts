import { counted } from '#contract/counted.ts';
import type { LintFinding, LintReport } from '#contract/lint.ts';

/** Findings with what to do about them, the verdict, and the command that builds an engine. */
export function describeLint(report: LintReport): string {
  const { findings, pairs, trtexec, trtexecNote } = report;
  const found = describeCounts(report);
  return [
    ...findings.flatMap(describeFinding),
    pairs === 0
      ? `${found}; no Q/DQ pairs: TensorRT runs it in the types that it has`
      : `${counted(pairs, 'Q/DQ pair')}: ${found}`,
    '',
    trtexec,
    trtexecNote,
    '',
  ].join('\n');
}

export function describeCounts({ counts: { errors, warnings, infos } }: LintReport): string {
  return [counted(errors, 'error'), counted(warnings, 'warning'), counted(infos, 'info')].join(', ');
}

function describeFinding({ level, rule, message, remedy, count, others }: LintFinding): string[] {
  const more = count - 1 - others.length;
  const also = `${others.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [
    `${level.padEnd(7)}  ${rule}  ${message}`,
    ...(others.length > 0 ? [`${indent}also: ${also}`] : []),
    `${indent}${remedy}`,
    '',
  ];
}

/** Below the message. */
const indent = ' '.repeat('warning  Q01  '.length);

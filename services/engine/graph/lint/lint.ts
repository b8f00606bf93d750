import type { LintFinding, LintLevel, LintReport } from '#contract/lint.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { isDequantize } from './qdq.ts';
import { type Complaint, nameOf } from './rule.ts';
import { rules } from './rules.ts';
import { examine } from './subject.ts';
import { trtexecLine } from './trtexec.ts';

/**
 * Whether TensorRT can make a good engine of a quantized model. `file` is what the `trtexec` line calls it. Nodes
 * inside If, Loop and Scan are not looked at. Weights that are quantized are read once.
 */
export function lintModel(model: OnnxModel, file = 'model.onnx'): LintReport {
  const subject = examine(model);
  const findings = Object.entries(rules)
    .flatMap(([id, rule]) => summarize(id, rule.level, rule.check(subject)))
    .sort((a, b) => order[a.level] - order[b.level] || a.rule.localeCompare(b.rule));
  const count = (level: LintLevel) =>
    findings.filter((one) => one.level === level).reduce((sum, one) => sum + one.count, 0);
  return {
    findings,
    counts: { errors: count('error'), warnings: count('warning'), infos: count('info') },
    pairs: model.graph.nodes.filter(isDequantize).length,
    ...trtexecLine(subject, file),
  };
}

const order = { error: 0, warning: 1, info: 2 } as const satisfies Record<LintLevel, number>;

/** Nodes named beside the first. */
const mostOthers = 4;

/** One finding for all complaints that the same is to be done about. */
function summarize(rule: string, ruleLevel: LintLevel, complaints: readonly Complaint[]): readonly LintFinding[] {
  const groups = new Map<string, Complaint[]>();
  for (const complaint of complaints) {
    const key = `${complaint.level ?? ruleLevel} ${complaint.remedy}`;
    const group = groups.get(key);
    if (group) group.push(complaint);
    else groups.set(key, [complaint]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const { level = ruleLevel, node, tensor, message, remedy } = first;
    return [
      {
        rule,
        level,
        node: node ? nameOf(node) : '',
        ...(tensor === undefined ? {} : { tensor }),
        message,
        remedy,
        count: others.length + 1,
        others: others.slice(0, mostOthers).map((one) => (one.node ? nameOf(one.node) : (one.tensor ?? ''))),
      },
    ];
  });
}

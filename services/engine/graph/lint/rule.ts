import type { LintLevel } from '#contract/lint.ts';
import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import type { Subject } from './subject.ts';

/** What one rule has to say of one place. Complaints of a rule with the same remedy are one finding. */
export type Complaint = {
  /** null where the model as a whole is meant. */
  readonly node: OnnxNode | null;
  readonly tensor?: string;
  readonly message: string;
  readonly remedy: string;
  /** Where it is not the rule's own. */
  readonly level?: LintLevel;
};

export type Rule = {
  readonly level: LintLevel;
  /** What holds for a model that is ready. */
  readonly title: string;
  readonly check: (subject: Subject) => readonly Complaint[];
};

/** How a message calls a node. */
export function label(node: OnnxNode): string {
  return `${node.op} ${nameOf(node)}`;
}

/** Exporters leave nodes without a name; what a node makes is known by one. */
export function nameOf(node: OnnxNode): string {
  return node.name || (node.outputs[0] ?? '');
}

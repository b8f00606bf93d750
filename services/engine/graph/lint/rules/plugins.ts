import { operatorTitle } from '../../computable/custom-operators.ts';
import { pluginNodes } from '../plugins.ts';
import { nameOf, type Rule } from '../rule.ts';

export const pluginRules = {
  Q29: {
    level: 'warning',
    title: 'Operators are those of ONNX',
    check({ model }) {
      const { known, foreign } = pluginNodes(model);
      return [
        ...foreign.map((node) => ({
          node,
          message: `${nameOf(node)} is a custom operator, ${operatorTitle(node)}: TensorRT needs a plugin for it.`,
          remedy:
            'Build the plugin for your TensorRT and give trtexec its library with --staticPlugins, or export the network with standard operators.',
        })),
        ...known.map((node) => ({
          node,
          level: 'info' as const,
          message: `${nameOf(node)} is a custom operator, ${operatorTitle(node)}: TensorRT has it as a plugin.`,
          remedy:
            'Nothing for trtexec, which loads TensorRT’s own plugins; a program of yours calls initLibNvInferPlugins first.',
        })),
      ];
    },
  },
} as const satisfies Record<string, Rule>;

/** What the options of a backend with many of them belong to, in the order of a form. */
export const optionGroups = {
  placement: { title: 'Placement', help: 'Which nodes get Q/DQ pairs, and which stay in high precision.' },
  modules: { title: 'Modules', help: 'What the network is made of, where its files do not tell.' },
  attention: { title: 'Attention', help: 'How the two matrix products of an attention are treated.' },
  calibration: { title: 'Calibration', help: 'Which samples are run through the graph, and how many at once.' },
  graph: { title: 'Graph', help: 'Opset, shapes and files: what the graph is like before and after.' },
  result: { title: 'Result', help: 'What is written, and for whom.' },
  exactness: { title: 'Exactness', help: 'Where the right thing and ModelOpt’s differ.' },
} as const satisfies Record<string, { readonly title: string; readonly help: string }>;

export type OptionGroupId = keyof typeof optionGroups;

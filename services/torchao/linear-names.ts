/**
 * Whether a module is called what only a Linear is called in the models that people quantize, so that a weight of
 * rank 2 without bias is no riddle. Names of the layers in the sources of: Llama, Mistral, Qwen (transformers:
 * `q_proj` … `down_proj`, `lm_head`), BERT and ViT (`query`, `dense`, `fc1`), GPT-2 (`c_attn`, `c_proj`, `c_fc`),
 * Meta’s llama (`wq` … `w3`), diffusers (`to_q`, `to_out.0`), timm (`qkv`, `proj`, `head`), torchvision (`fc`, `linear`).
 */
export function isLinearName(name: string): boolean {
  const parts = name.split('.');
  // `to_out.0` is the Linear of a Sequential, as `fc.2` is.
  const own = parts.findLast((part) => !/^\d+$/.test(part)) ?? '';
  return linearName.test(own);
}

const linearName = new RegExp(
  `^(${[
    '(q|k|v|o|out|in|qkv|gate|up|down|gate_up)_proj',
    'fc(_?\\d+)?|c_(attn|proj|fc)',
    'lm_head|head|classifier',
    'q|k|v|o|proj|qkv|query|key|value|query_key_value',
    'dense(_\\w+)?|linear(_?\\w+)?',
    'to_(q|k|v|qkv|out)',
    'w[qkvo123]',
  ].join('|')})$`,
);

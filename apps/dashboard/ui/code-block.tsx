import classes from './code-block.module.css';
import { Copy } from './copy.tsx';

export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <figure className={classes.block} aria-label={label} style={{ margin: 0 }}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className={classes.code} tabIndex={0}>
        <code>{code}</code>
      </pre>
      <div className={classes.copy}>
        <Copy value={code} label={`Copy ${label.toLowerCase()}`} />
      </div>
    </figure>
  );
}

import classes from './before-after.module.css';

type BeforeAfterProps = { rows: readonly { readonly label: string; readonly fraction: number }[] };

/** Two bars to one scale. The figures are beside them in words, so the bars are for the eye alone. */
export function BeforeAfter({ rows }: BeforeAfterProps) {
  return (
    <div className={classes.rows} aria-hidden="true">
      {rows.map(({ label, fraction }, index) => (
        <Row key={label} label={label} fraction={fraction} last={index === rows.length - 1} />
      ))}
    </div>
  );
}

function Row({ label, fraction, last }: { label: string; fraction: number; last: boolean }) {
  return (
    <>
      <span>{label}</span>
      <div className={classes.track}>
        <div
          className={classes.bar}
          data-last={last}
          style={{ width: `${Math.min(1, Math.max(0, fraction)) * 100}%` }}
        />
      </div>
    </>
  );
}

import classes from './staircase.module.css';

const width = 480;
const height = 320;
const levels = 7;
const levelIndexes = Array.from({ length: levels }, (_, level) => level);

/** A smooth curve and its quantized self, with the zero point marked: what the product does, in one picture. */
export function Staircase() {
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      className={classes.picture}
      role="img"
      aria-label="A curve and its quantized steps"
    >
      {levelIndexes.map((level) => (
        <line key={level} className={classes.level} x1={0} x2={width} y1={yOf(level)} y2={yOf(level)} />
      ))}
      <path className={classes.smooth} d={smooth} />
      <path className={classes.steps} d={steps} />
      <circle className={classes.zero} cx={width / 2} cy={height / 2} r={7} />
    </svg>
  );
}

const margin = 28;
const yOf = (level: number) => height - margin - (level / (levels - 1)) * (height - 2 * margin);
const curve = (x: number) => (Math.tanh((x / width - 0.5) * 4.4) / Math.tanh(2.2)) * 0.5 + 0.5;

const samples = Array.from({ length: 97 }, (_, index) => (index / 96) * width);
const smooth = samples
  .map((x, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${yOf(curve(x) * (levels - 1)).toFixed(1)}`)
  .join('');
const steps = samples
  .map((x, index) => {
    const y = yOf(Math.round(curve(x) * (levels - 1))).toFixed(1);
    return index === 0 ? `M${x.toFixed(1)} ${y}` : `H${x.toFixed(1)}V${y}`;
  })
  .join('');

'use client';

import { Box, Button, Stepper } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './wizard-frame.module.css';
import { type WayBack, WizardNav } from './wizard-nav.tsx';
import { lastStep, wizardSteps } from './wizard-steps.ts';

type WizardFrameProps = {
  step: number;
  /** Of each step but the last, whether it has its answers. */
  done: readonly boolean[];
  onStep: (step: number) => void;
  back: WayBack;
  children: ReactNode;
};

/** The row of steps above the one that is open, and the buttons to the steps beside it; the last step has its own row of them. */
export function WizardFrame({ step, done, onStep, back, children }: WizardFrameProps) {
  const body = useRef<HTMLElement>(null);
  const reachable = (target: number) => done.slice(0, target).every(Boolean);
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    scrollTo({ top: 0 });
    // The button that was pressed is below the step it opens; the next key press belongs to that step.
    body.current?.focus({ preventScroll: true });
  }, [step]);
  return (
    <>
      <Stepper
        active={step}
        size="sm"
        mb="xl"
        classNames={{ step: classes.step, stepBody: classes.label }}
        onStepClick={(target) => {
          if (reachable(target)) onStep(target);
        }}
      >
        {wizardSteps.map(({ id, label }, index) => (
          <Stepper.Step key={id} label={label} allowStepSelect={reachable(index)} />
        ))}
      </Stepper>
      <section ref={body} tabIndex={-1} aria-label={wizardSteps[step]?.label ?? 'Step'} style={{ outline: 'none' }}>
        {children}
      </section>
      {step < lastStep ? (
        <Box mt="xl">
          <WizardNav {...back}>
            <Button disabled={!done[step]} onClick={() => onStep(step + 1)}>
              {step === lastStep - 1 ? 'See the plan' : 'Continue'}
            </Button>
          </WizardNav>
        </Box>
      ) : null}
    </>
  );
}

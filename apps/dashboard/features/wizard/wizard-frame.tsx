'use client';

import { Button, Group, Stepper } from '@mantine/core';
import { type ReactNode, useRef } from 'react';
import classes from './wizard-frame.module.css';

const steps = ['Goal', 'Recipe', 'Model and data', 'Plan'] as const;
export const recipeStep = 1;
const lastStep = steps.length - 1;

type WizardFrameProps = {
  step: number;
  /** Of each step but the last, whether it has its answers. */
  done: readonly boolean[];
  onStep: (step: number) => void;
  children: ReactNode;
};

/** The row of steps above the one that is open, and the buttons to the steps beside it. */
export function WizardFrame({ step, done, onStep, children }: WizardFrameProps) {
  const body = useRef<HTMLElement>(null);
  const reachable = (target: number) => done.slice(0, target).every(Boolean);
  const goTo = (target: number) => {
    onStep(target);
    scrollTo({ top: 0 });
    // The button that was pressed is below the step it opens; the next key press belongs to that step.
    body.current?.focus({ preventScroll: true });
  };
  return (
    <>
      <Stepper
        active={step}
        size="sm"
        mb="xl"
        classNames={{ step: classes.step, stepBody: classes.label }}
        onStepClick={(target) => {
          if (reachable(target)) goTo(target);
        }}
      >
        {steps.map((label, index) => (
          <Stepper.Step key={label} label={label} allowStepSelect={reachable(index)} />
        ))}
      </Stepper>
      <section ref={body} tabIndex={-1} aria-label={steps[step] ?? 'Step'} style={{ outline: 'none' }}>
        {children}
      </section>
      <Group justify="space-between" mt="xl">
        <Button variant="default" onClick={() => goTo(step - 1)} style={step === 0 ? { visibility: 'hidden' } : {}}>
          Back
        </Button>
        {step < lastStep ? (
          <Button disabled={!done[step]} onClick={() => goTo(step + 1)}>
            {step === lastStep - 1 ? 'See the plan' : 'Continue'}
          </Button>
        ) : null}
      </Group>
    </>
  );
}

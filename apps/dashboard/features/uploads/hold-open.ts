'use client';

import { createContext } from 'react';

/** Says to the dialog around it that closing would throw something away; what it returns takes that back. */
export type Hold = () => () => void;

export const HoldOpen = createContext<Hold>(() => () => {});

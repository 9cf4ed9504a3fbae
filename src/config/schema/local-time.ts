import { z } from 'zod';

/** A time of the day, by the slots' clock. */
export const localTime = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/u, { error: 'must be a time as "HH:MM", 24 hours, such as "20:00"' });

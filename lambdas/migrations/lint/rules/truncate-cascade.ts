import type { Check } from '../rule';
import { truncated } from '../truncated';

export const truncateCascade: Check<{ table: string }> = (context) => truncated(context, true);

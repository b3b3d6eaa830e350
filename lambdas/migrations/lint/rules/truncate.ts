import type { Check } from '../rule';
import { truncated } from '../truncated';

export const truncate: Check<{ table: string }> = (context) => truncated(context, false);

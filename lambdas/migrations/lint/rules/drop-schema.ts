import { dropped } from '../drops';
import type { Check } from '../rule';

export const dropSchema: Check<{ name: string }> = (context) => dropped(context, 'OBJECT_SCHEMA');

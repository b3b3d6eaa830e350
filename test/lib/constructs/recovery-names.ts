// Requests and names of the recovery that the tests of its machine walk through.
import type { RecoveryRequest } from '../../../lambdas/recovery-plan/contract';
import { name } from './recovery-world';

export const toTime: RecoveryRequest = { action: 'recover', time: '2026-11-21T03:30:00Z' };
export const fromSnapshot: RecoveryRequest = { action: 'recover', snapshot: 'rds:shop-prod-2026-11-20' };
export const swapBack: RecoveryRequest = { action: 'swapBack' };
export const resume: RecoveryRequest = { action: 'resume' };

export const stamp = '20261121-040000';
export const restored = `${name}-restored-${stamp}`;
export const damaged = `${name}-damaged-${stamp}`;
export const original = 'db-ORIGINAL';
export const copy = `db-RESTORED-${stamp}`;

/** As it was before, also with a restored instance beside it. */
export const untouched = { [name]: original };
export const beside = { [name]: original, [restored]: copy };
export const swapped = { [name]: copy, [damaged]: original };
export const between = { [damaged]: original, [restored]: copy };

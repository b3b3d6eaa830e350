import { type Loose, orElse, type Parser, section } from '../fields';
import type { Recovery } from '../project';
import { integer, list } from '../values';
import { approval } from './drills';

export const recovery: Parser<Loose<Recovery>> = section<Recovery>({
  approvals: orElse(['on-call'], list(approval, 1, "name who decides, such as 'on-call'")),
  approveWithinHours: orElse(72, integer(1, 144, 'a recovery waits')),
  keepDays: orElse(14, integer(1, 365, 'write')),
});

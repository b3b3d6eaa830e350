import { type Loose, orElse, type Parser, required, section } from '../fields';
import type { DrillKind, Drills, Objectives, RestoreTesting } from '../project';
import { integer, list, matching, oneOf, wordOr } from '../values';

// The function of each has the name in its own, behind the longest prefix: 29 + 9 + 26 = 64.
export const approval = matching(
  /^[a-z][a-z0-9-]{0,25}$/,
  "is not an approval's name; write it like 'lead-engineer', with at most 26 letters",
);

export const drills: Parser<Loose<Drills>> = section<Drills>({
  schedule: orElse('none', oneOf('none', 'daily', 'weekly', 'monthly')),
  kinds: orElse(
    ['snapshot'],
    list<DrillKind>(oneOf('snapshot', 'pointInTime', 'dump'), 1, "write what is restored, such as 'snapshot'"),
  ),
  onMissedObjective: orElse('fail', oneOf('fail', 'warn')),
  signOff: orElse([], list(approval, 0, '')),
  signOffWithinHours: orElse(72, integer(1, 720, 'a drill waits')),
  lockEvidenceDays: orElse(0, integer(0, 36_500, 'S3 takes')),
  restoreTesting: orElse(
    'none',
    wordOr(
      'none',
      section<RestoreTesting>({
        schedule: required("how often: 'daily', 'weekly' or 'monthly'", oneOf('daily', 'weekly', 'monthly')),
        pick: orElse('latest', oneOf('latest', 'random')),
        withinDays: orElse(30, integer(1, 365, 'AWS Backup takes')),
      }),
    ),
  ),
});

/** RDS ships its log every 5 minutes, so nothing can promise to lose less. A week is the longest that means anything. */
export const objectives: Parser<'none' | Loose<Objectives>> = orElse(
  'none',
  wordOr(
    'none',
    section<Objectives>({
      rtoMinutes: required('the minutes until the database is back', integer(1, 10_080, 'write')),
      rpoMinutes: required('the minutes of work that may be lost', integer(5, 44_640, 'RDS can keep')),
    }),
  ),
);

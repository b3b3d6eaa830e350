import type { Answer } from '../approval/contract';
import type { SignOff } from './contract';
import { escaped, when } from './html';

export const decisions: Readonly<Record<SignOff['Decision'], string>> = {
  waiting: 'waited for',
  approved: 'signed off',
  rejected: 'refused',
  missing: 'not signed off',
};

/** Who has approved a drill, as AWS knows them, and what they signed. */
export function signatures(signOff: SignOff | undefined): string {
  if (!signOff) return '';
  const { Decision, Names, Reasons, Answers } = signOff;
  const reasons = Reasons.map((reason) => `<li>${escaped(reason)}</li>`).join('');
  const items = Names.map((name) =>
    signature(
      name,
      Answers.find(({ Name }) => Name === name),
    ),
  );
  return `<section class="sign-off ${Decision}"><h2>Sign-off: ${decisions[Decision]}</h2>${
    reasons === '' ? '' : `<ul>${reasons}</ul>`
  }<ol class="signatures">${items.join('')}</ol></section>`;
}

function signature(name: string, answer: Answer | undefined): string {
  if (!answer) return `<li class="open"><h3>${escaped(name)} <span>not answered</span></h3></li>`;
  const { Decision, Arn, At, Comment, Subject } = answer;
  const said = Comment === '' ? '' : `<blockquote>${escaped(Comment)}</blockquote>`;
  return `<li class="${Decision}"><h3>${escaped(name)} <span>${Decision === 'approve' ? 'approved' : 'refused'}</span></h3>${said}<dl><dt>Who</dt><dd><code>${escaped(Arn)}</code></dd><dt>When</dt><dd>${when(At)}</dd><dt>Signed</dt><dd><code>${escaped(Subject)}</code></dd></dl></li>`;
}

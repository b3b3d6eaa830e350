/** What to do about a failure, by the words in which the rehearsal tells it. */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    / by a fault[.]$|^With the fault /,
    'This deploy was made to fail on purpose; what followed is not as it should be.',
  ],
  [/^The fault .+ never struck/, 'Nothing matched it: choose another target, see --fault list.'],
  [/has no statement that allows/, 'Grant it where the construct makes this role, or stop making the call.'],
  [/ is denied to /, 'Take the deny away, or stop making the call.'],
  [/permissions boundary of/, 'The boundary needs the action as well as the role.'],
  [/^The policy of the endpoint/, 'Let the call through in the policy of that endpoint.'],
  [/^The policy of .+ does not let/, 'Name the role in that policy.'],
  [/^The log of .+ is lost/, 'Give the role of the function logs:CreateLogStream and logs:PutLogEvents on its group.'],
  [
    / (could not be synthesized|is missing from a second synth)|^Each synth makes another /,
    'See what npx cdk synth says of it; what is made at synth may depend on nothing but the project.',
  ],
  [
    /^No search uses the index |^The index .+ finds \d+ %/,
    'Compare the metric, lists and probes of the index with what the application asks: see docs/vector-indexes.md.',
  ],
  [/^The secret .+ stands in/, 'Pass the ARN instead of the value, and do not log it.'],
  [/security group|port \d+|endpoint|route|NAT|subnet/i, 'Open the way in the network stack, or do not go there.'],
  [
    /^The rehearsal (does not know|knows no)/,
    'It refuses what it cannot judge: see docs/rehearsal.md for what it knows.',
  ],
  [/rotation of .+ failed/i, 'See the log of the rotation function in the report.'],
  [
    /(was rolled back|was failed): /,
    'See the failed resource in the timeline of the report, and the log of its function.',
  ],
  [
    /should be (created|unchanged|updated)/,
    'A second deploy of the same must change nothing, and a change must be taken.',
  ],
  [/could not be deleted/, 'See the log of the function that removes it, in the report.'],
  [/What an application does with/, 'Try the statement as that role; see docs/roles.md for what it may do.'],
];

export const adviceFor = (failure: string): string | undefined =>
  advice.find(([pattern]) => pattern.test(failure))?.[1];

// What follows from something else: told after what may have brought it about.
const consequence = /^The log of .+ is lost|was (rolled back|failed)\b|could not be deleted/;

/** Causes before consequences, each on one line. */
export const tellingFirst = (failures: readonly string[]): string[] =>
  failures
    .map((failure) => failure.replace(/\s+/g, ' ').trim())
    .sort((a, b) => Number(consequence.test(a)) - Number(consequence.test(b)));

import type { DrillReportSettings, Finished, SignedOff, SignOffInput } from './contract';
import { pastDrills } from './evidence';
import { shown, writeReports } from './files';
import type { EvidenceStore, Telling } from './seams';

/**
 * Adds to a drill's evidence what became of its approvals. The report that was signed stays as it is; the one with the
 * signatures stands beside it.
 */
export async function signOff(
  store: EvidenceStore,
  telling: Telling,
  settings: DrillReportSettings,
  { Id, Settled, EndedAt }: SignOffInput,
): Promise<SignedOff> {
  const text = await store.read(`drills/${Id}/report.json`);
  const finished = text === undefined ? undefined : (JSON.parse(text) as Finished);
  if (finished?.SignOff === undefined) throw new Error(`There is no report of ${Id} that waits for approvals.`);
  const { Names } = finished.SignOff;
  const have = Settled.Answers.filter(({ Decision }) => Decision === 'approve').map(({ Name }) => Name);
  const unsigned = Names.filter((name) => !have.includes(name));
  const SignedOff = Settled.Decision === 'approved' && unsigned.length === 0;
  const Reasons = SignedOff
    ? []
    : [...Settled.Reasons, ...(Settled.Reasons.length === 0 ? ['It was not approved.'] : [])];
  const Decision = SignedOff ? 'approved' : Settled.Decision === 'rejected' ? 'rejected' : 'missing';
  const signed: Finished = {
    ...finished,
    SignOff: { Decision, Names, Reasons, Answers: Settled.Answers, SettledAt: EndedAt },
  };
  const folder = `drills/${Id}/signed`;
  await store.write(`drills/${Id}/sign-off.json`, shown(signed.SignOff), 'application/json');
  await writeReports(store, folder, signed, [...(await pastDrills(store, signed)), signed], settings);
  const Report = `s3://${settings.Bucket}/${folder}/report.html`;
  telling.measure({ DrillSignedOff: SignedOff ? 1 : 0 }, signed.Record.Kind);
  const outcome = SignedOff ? 'signed off' : 'not signed off';
  const told = SignedOff ? Settled.Answers.map(({ Name, Arn, At }) => `${Name}: ${Arn}, ${At}`) : Reasons;
  await telling.tell(`Restore drill ${outcome}: ${settings.Prefix}`, [...told, '', Report].join('\n'));
  return { Id, SignedOff, Reasons, Report };
}
